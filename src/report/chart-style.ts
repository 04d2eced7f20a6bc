/** How every chart looks: 900 pixels wide on white, in colours that colour-blind readers tell apart. */
import type { Config, TopLevelSpec } from 'vega-lite';

/** A vega-lite specification with all its data inside. */
export type Chart = TopLevelSpec;

/** One layer of a chart that has several on the same axes. */
export type ChartLayer = Extract<Chart, { layer: unknown }>['layer'][number];

/** One chart of several side by side. */
export type ChartPanel = Extract<Chart, { concat: unknown }>['concat'][number];

interface ColourScale {
  readonly domain: string[];
  readonly range?: string[];
  readonly scheme?: { name: 'viridis'; extent: number[] };
}

export type ChartMark = Extract<ChartLayer, { mark: unknown }>['mark'];

export const chartWidth = 900;
export const schema = 'https://vega.github.io/schema/vega-lite/v6.json';
export const fontFamily = 'DejaVu Sans';

/** Okabe & Ito's colours without the yellow, which is too pale for lines on white. */
const categoryColours = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#333333',
] as const;

export const textColour = '#333333';
export const quietColour = '#767676';

export const chartConfig: Config = {
  // The fallback has nearly the same widths, for readers of the SVG without the font.
  font: `${fontFamily}, Verdana, sans-serif`,
  background: '#ffffff',
  padding: 16,
  view: { stroke: null },
  title: {
    anchor: 'start',
    fontSize: 17,
    fontWeight: 'bold',
    color: textColour,
    subtitleFontSize: 13,
    subtitleColor: quietColour,
    subtitlePadding: 6,
    offset: 14,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    labelColor: textColour,
    titleColor: textColour,
    titlePadding: 10,
    domainColor: '#999999',
    tickColor: '#999999',
    gridColor: '#ececec',
  },
  axisX: { grid: false, labelFlush: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    title: null,
    labelFontSize: 12,
    labelColor: textColour,
    labelLimit: 0,
    symbolSize: 120,
    symbolStrokeWidth: 3,
    symbolOpacity: 1,
    columnPadding: 24,
    rowPadding: 6,
    offset: 14,
  },
  line: { strokeCap: 'round', strokeJoin: 'round' },
};

/** A colour for every name: distinct ones while there are enough, beyond that viridis without its pale end. */
export function colourScale(names: readonly string[]): ColourScale {
  const domain = [...names];
  return domain.length > categoryColours.length
    ? { domain, scheme: { name: 'viridis', extent: [0, 0.85] } }
    : { domain, range: categoryColours.slice(0, domain.length) };
}

/** A dashed line across the chart with a caption at its left end. */
export function levelLayers(level: number, text: string): ChartLayer[] {
  const data = { values: [{ level }] };
  const y = { field: 'level', type: 'quantitative' } as const;
  const caption = { text, align: 'left', baseline: 'bottom', dx: 6, dy: -4, fontSize: 12 } as const;
  return [
    {
      data,
      mark: { type: 'rule', strokeDash: [6, 4], strokeWidth: 1.5, color: quietColour },
      encoding: { y },
    },
    { data, mark: { type: 'text', ...caption, color: quietColour }, encoding: { y, x: { value: 0 } } },
  ];
}

/** The return at which an environment is solved, as a level; nothing without one. */
export const thresholdLayers = (threshold: number | undefined): ChartLayer[] =>
  threshold === undefined ? [] : levelLayers(threshold, `solved at ${threshold}`);

/** What every chart of one panel begins with. */
export const chartFrame = {
  $schema: schema,
  config: chartConfig,
  width: chartWidth,
  height: 480,
  autosize: { type: 'fit', contains: 'padding' },
} as const;

/** The line upright, at a return on the x axis, with its caption above the chart; nothing without a threshold. */
export function uprightThresholdLayers(threshold: number | undefined): ChartLayer[] {
  if (threshold === undefined) return [];
  const data = { values: [{ threshold }] };
  const x = { field: 'threshold', type: 'quantitative' } as const;
  const text = `solved at ${threshold}`;
  const caption = { text, baseline: 'bottom', dy: -5, fontSize: 12, color: quietColour } as const;
  return [
    {
      data,
      mark: { type: 'rule', strokeDash: [6, 4], strokeWidth: 1.5, color: quietColour },
      encoding: { x },
    },
    { data, mark: { type: 'text', ...caption }, encoding: { x, y: { value: 0 } } },
  ];
}

/**
 * From below the least to above the greatest of some values, never of width 0.
 * @param share of their spread that is added at either end.
 */
export function paddedDomain(values: readonly number[], share: number): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const padding = Math.max(share * (high - low), 1);
  return [low - padding, high + padding];
}

/** Rows and lines of one name would lie on one another. @throws RangeError for two of one name, or none at all. */
export function requireDistinctNames(all: readonly { readonly name: string }[]): void {
  if (all.length === 0) throw new RangeError('a chart of 0 names; expected at least one');
  const seen = new Set<string>();
  for (const { name } of all) {
    if (seen.has(name)) throw new RangeError(`"${name}" is there twice; expected every name once`);
    seen.add(name);
  }
}
