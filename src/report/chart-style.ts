/**
 * How every chart looks, in colours that colour-blind readers tell apart: 900 pixels wide on white in a file of its own;
 * on a page, which has the titles itself, as wide or narrow enough for a phone.
 */
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

/** Where a chart is shown. */
export interface ChartView {
  /** In pixels, with everything around. */
  readonly width: number;
  /** Whether it has its title in it. */
  readonly isTitled: boolean;
  /** Whether there is room for one column only. */
  readonly isNarrow: boolean;
}

/** In a file of its own. */
export const fileView: ChartView = { width: 900, isTitled: true, isNarrow: false };

/** On a page. */
export const pageViews = {
  wide: { width: 900, isTitled: false, isNarrow: false },
  narrow: { width: 350, isTitled: false, isNarrow: true },
} as const satisfies Record<string, ChartView>;

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

const fileConfig: Config = {
  // The fallback has nearly the same widths, for readers of the SVG without the font.
  font: `${fontFamily}, Verdana, sans-serif`,
  background: '#ffffff',
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
    labelLimit: 780,
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

/** Titles of y axes lie above the chart where there is no room beside it. */
const narrowConfig: Config = {
  ...fileConfig,
  legend: { ...fileConfig.legend, labelLimit: 255 },
  axisX: { ...fileConfig.axisX, tickCount: 4, labelOverlap: true },
  axisY: {
    ...fileConfig.axisY,
    titleAngle: 0,
    titleAlign: 'left',
    titleAnchor: 'end',
    titleBaseline: 'bottom',
    titleX: 0,
    titleY: -10,
  },
};

export function configOf({ isTitled, isNarrow }: ChartView): Config {
  const padding = isTitled ? 16 : 4;
  return {
    ...(isNarrow ? narrowConfig : fileConfig),
    // Titles of y axes and captions of levels lie above a narrow chart.
    padding: { left: padding, top: isTitled ? padding : 20, right: padding, bottom: padding },
    // A page says itself what its pictures show.
    aria: isTitled,
  };
}

/** A title where the view has one in the chart. */
export const titleOf = ({ isTitled }: ChartView, text: string, subtitle?: string | string[]) =>
  isTitled ? { title: { text, ...(subtitle !== undefined && { subtitle }) } } : {};

/** What every chart of one panel begins with. */
export function chartFrame(view: ChartView) {
  return {
    $schema: schema,
    config: configOf(view),
    width: view.width,
    height: view.isNarrow ? 340 : 480,
    autosize: { type: 'fit', contains: 'padding' },
  } as const;
}

/** Panels side by side, and how wide each of them is without its axis, which takes some 70 pixels. */
export const panelLayout = ({ isNarrow }: ChartView) =>
  isNarrow ? { columns: 1, width: 262 } : { columns: 2, width: 342 };

/** Pixels of a letter in a legend, and of an entry without its name. */
const [letterWidth, entryWidth] = [7.2, 48];

/** As many columns of a legend as have room side by side, each as wide as its longest name. */
export function legendColumns(names: readonly string[], { width }: Pick<ChartView, 'width'>): number {
  const widthOf = (columns: number) =>
    Array.from({ length: columns }, (_, column) =>
      Math.max(
        ...names.filter((_name, i) => i % columns === column).map((name) => name.length * letterWidth),
      ),
    ).reduce((sum, longest) => sum + longest + entryWidth, 0);
  let columns = names.length;
  while (columns > 1 && widthOf(columns) > width - 80) columns--;
  return columns;
}

/**
 * A dashed line across the chart. Its caption lies to the right of the chart, where no curve passes.
 * @param lines of the caption.
 */
export function levelLayers(level: number, lines: readonly string[]): ChartLayer[] {
  const data = { values: [{ level }] };
  const y = { field: 'level', type: 'quantitative' } as const;
  const caption = { align: 'left', baseline: 'middle', dx: 6, fontSize: 12, lineHeight: 14 } as const;
  return [
    {
      data,
      mark: { type: 'rule', strokeDash: [6, 4], strokeWidth: 1.5, color: quietColour },
      encoding: { y },
    },
    {
      data,
      mark: { type: 'text', text: [...lines], ...caption, color: quietColour },
      encoding: { y, x: { value: 'width' } },
    },
  ];
}

/** The return at which an environment is solved, as a level; nothing without one. */
export const thresholdLayers = (threshold: number | undefined): ChartLayer[] =>
  threshold === undefined ? [] : levelLayers(threshold, ['solved', `at ${threshold}`]);

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
