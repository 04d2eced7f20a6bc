/**
 * How architectures compare: a point for each with its interval, every single run as a dot below it, and the control
 * that they have to beat apart from them (Agarwal et al. 2021; Li & Talwalkar 2019).
 */
import type { Interval } from '../statistics/interval.ts';
import {
  type Chart,
  type ChartLayer,
  chartFrame,
  type ChartView,
  fileView,
  paddedDomain,
  quietColour,
  requireDistinctNames,
  textColour,
  titleOf,
  uprightThresholdLayers,
} from './chart-style.ts';

export interface IntervalRow {
  /** Left of the row: an architecture; no two alike. */
  readonly name: string;
  /** What sums up the runs: an interquartile mean, a mean. */
  readonly estimate: number;
  /** Of the estimate, 95 %; undefined where there are too few runs to say. */
  readonly interval: Interval | undefined;
  /** The score of every run; what isn't finite is a failed run and isn't drawn. */
  readonly runs: readonly number[];
}

export interface IntervalChartData {
  /** Its name, for the title. */
  readonly environment: string;
  /** What the estimates are: "interquartile mean". */
  readonly statistic: string;
  /** From top to bottom; at least one. */
  readonly rows: readonly IntervalRow[];
  /** Set apart at the bottom: what chance finds at the same price. */
  readonly controls: readonly IntervalRow[];
  /** The score at which the environment counts as solved, if there is one. */
  readonly threshold: number | undefined;
}

const rowHeight = 52;
/** Where the names lie above the rows. */
const narrowRowHeight = 84;
/** Title, axis and margins. */
const surroundings = 150;
/** The axis alone, and the caption of the threshold. */
const axisHeight = 70;
/** Pixels from the middle of a row. */
const offsets = { name: -30, text: -13, interval: -2, runs: 13 } as const;
const rowColour = '#0072b2';
/** Of texts, drawn before them, so that lines pass behind. */
const rim = { stroke: '#ffffff', strokeWidth: 5, strokeJoin: 'round' } as const;
/** The name of the empty row above the controls. */
const gap = ' ';

/** With the minus sign of the axis. */
const fixed = (value: number): string => value.toFixed(1).replace('-', '−');

function estimateText({ estimate, interval }: IntervalRow): string {
  const bounds = interval === undefined ? '' : ` [${fixed(interval.low)}, ${fixed(interval.high)}]`;
  return `${fixed(estimate)}${bounds}`;
}

/** Texts of estimates near an edge lie on the side away from it. */
function alignmentOf({ estimate }: IntervalRow, [low, high]: readonly [number, number]): string {
  const share = (estimate - low) / (high - low);
  if (share > 0.75) return 'right';
  return share < 0.25 ? 'left' : 'center';
}

/** @throws RangeError for no rows or two of one name, controls included. */
export function intervalChart(data: IntervalChartData, view: ChartView = fileView): Chart {
  const { environment, statistic, rows, controls, threshold } = data;
  if (rows.length === 0) throw new RangeError('a chart of 0 rows; expected at least one');
  requireDistinctNames([...rows, ...controls]);
  const namesOf = (group: readonly IntervalRow[]) => group.map(({ name }) => name);
  const order = [...namesOf(rows), ...(controls.length === 0 ? [] : [gap, ...namesOf(controls)])];
  const axes = axesOf([...rows, ...controls], order, threshold, view);
  const { isTitled, isNarrow } = view;
  const height = (isNarrow ? narrowRowHeight : rowHeight) * order.length;
  return {
    ...chartFrame(view),
    // What reaches beyond the rows would take its width from them.
    ...(isNarrow && { width: view.width - 36, autosize: { type: 'pad' } as const }),
    height: height + (isTitled ? surroundings : axisHeight),
    ...titleOf(
      view,
      `Scores on ${environment}`,
      `large: ${statistic} with its 95 % interval; small: single runs`,
    ),
    layer: [
      ...uprightThresholdLayers(threshold),
      ...(isNarrow ? nameLayers(order, axes) : []),
      ...rowLayers(rows, axes, rowColour),
      ...(controls.length === 0 ? [] : [gapLayer(axes), ...rowLayers(controls, axes, quietColour)]),
    ],
  };
}

type Axes = ReturnType<typeof axesOf>;

/** @param order the names from top to bottom. */
function axesOf(
  rows: readonly IntervalRow[],
  order: string[],
  threshold: number | undefined,
  { isNarrow }: ChartView,
) {
  const drawn = rows.flatMap(({ estimate, interval, runs }) => [
    estimate,
    ...(interval === undefined ? [] : [interval.low, interval.high]),
    ...runs.filter(Number.isFinite),
  ]);
  // Room for the text of an estimate at the edge.
  const domain = paddedDomain(threshold === undefined ? drawn : [...drawn, threshold], 0.1);
  return {
    x: {
      field: 'score',
      type: 'quantitative',
      title: 'score (mean return of greedy episodes)',
      scale: { domain, nice: false, zero: false },
      axis: { grid: true, tickCount: isNarrow ? 4 : 8 },
    },
    y: {
      field: 'name',
      type: 'nominal',
      title: null,
      scale: { domain: order },
      axis: isNarrow ? null : { labelLimit: 300, labelPadding: 12 },
    },
  } as const;
}

/** Letters of a name that have room above a row. */
const mostLetters = 42;

const shorten = (name: string): string =>
  name.length > mostLetters ? `${name.slice(0, mostLetters - 1)}…` : name;

/** The names above their rows. */
function nameLayers(order: readonly string[], { y }: Axes): ChartLayer[] {
  const data = { values: order.map((name) => ({ name, text: shorten(name) })) };
  const text = {
    type: 'text',
    align: 'left',
    baseline: 'bottom',
    dy: offsets.name,
    limit: 310,
    fontSize: 12,
  } as const;
  const encoding = { x: { value: 0 }, y, text: { field: 'text' } } as const;
  return [
    { data, mark: { ...text, ...rim }, encoding },
    { data, mark: { ...text, color: textColour }, encoding },
  ];
}

/** A line between the rows and the controls. */
function gapLayer({ y }: Axes): ChartLayer {
  return {
    data: { values: [{ name: gap }] },
    mark: { type: 'rule', color: '#999999' },
    encoding: { y },
  };
}

function rowLayers(rows: readonly IntervalRow[], { x, y }: Axes, color: string): ChartLayer[] {
  const runs = rows.flatMap(({ name, runs: scores }) =>
    scores.filter(Number.isFinite).map((score) => ({ name, score })),
  );
  const estimates = rows.map((row) => {
    const { low, high } = row.interval ?? { low: row.estimate, high: row.estimate };
    return {
      name: row.name,
      score: row.estimate,
      low,
      high,
      text: estimateText(row),
      align: alignmentOf(row, x.scale.domain),
    };
  });
  const align = { expr: 'datum.align' } as const;
  const text = { type: 'text', dy: offsets.text, baseline: 'bottom', fontSize: 12, align } as const;
  const textEncoding = { x, y, text: { field: 'text' } } as const;
  return [
    {
      data: { values: runs },
      mark: { type: 'point', filled: true, size: 26, opacity: 0.55, yOffset: offsets.runs, color },
      encoding: { x, y },
    },
    {
      data: { values: estimates },
      mark: { type: 'rule', strokeWidth: 3, strokeCap: 'round', yOffset: offsets.interval, color },
      encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y },
    },
    {
      data: { values: estimates },
      mark: { type: 'point', filled: true, size: 110, opacity: 1, yOffset: offsets.interval, color },
      encoding: { x, y },
    },
    { data: { values: estimates }, mark: { ...text, ...rim }, encoding: textEncoding },
    { data: { values: estimates }, mark: { ...text, color: textColour }, encoding: textEncoding },
  ];
}
