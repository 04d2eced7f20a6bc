/** How trainings went: the average return of 100 episodes against environment steps. */
import {
  type Chart,
  type ChartLayer,
  chartFrame,
  type ChartView,
  colourScale,
  fileView,
  legendColumns,
  textColour,
  thresholdLayers,
  titleOf,
} from './chart-style.ts';
import type { Interval } from '../statistics/interval.ts';

export interface LearningCurvePoint {
  /** Environment steps taken so far. */
  readonly steps: number;
  /** Mean return of the latest 100 training episodes. */
  readonly averageReturn: number;
}

export interface LearningCurve {
  /** What the legend calls it: an architecture, a seed. */
  readonly name: string;
  /** In order of steps; at least one. */
  readonly points: readonly LearningCurvePoint[];
  /** Where the points are the mean of several runs: the lowest and the highest of these, in order of steps. */
  readonly band?: readonly ({ readonly steps: number } & Interval)[];
  /** The trained agent's greedy episodes. */
  readonly evaluation?: {
    readonly episodes: number;
    readonly mean: number;
    /** Of the mean. */
    readonly interval: Interval | undefined;
  };
}

export interface LearningCurveData {
  /** Its name, for the title. */
  readonly environment: string;
  /** What was trained, for the subtitle; the name of the curve if absent and there is only one. */
  readonly subject?: string;
  /** At least one. */
  readonly curves: readonly LearningCurve[];
  /** The average at which the environment counts as solved, if there is one. */
  readonly threshold: number | undefined;
}

type Evaluation = NonNullable<LearningCurve['evaluation']>;

function scoreText({ mean, interval }: Evaluation): string {
  const spread = interval === undefined ? '' : ` ± ${((interval.high - interval.low) / 2).toFixed(1)}`;
  return `${mean.toFixed(1)}${spread}`;
}

const lastStepOf = ({ points }: LearningCurve) => points[points.length - 1].steps;

const labelOf = ({ name, evaluation }: LearningCurve) =>
  evaluation === undefined ? name : `${name}: ${scoreText(evaluation)}`;

/** @throws RangeError for no curves or one without points. */
export function learningCurveChart(
  { environment, subject, curves, threshold }: LearningCurveData,
  view: ChartView = fileView,
): Chart {
  if (curves.length === 0) throw new RangeError('a chart of 0 learning curves; expected at least one');
  const empty = curves.find(({ points }) => points.length === 0);
  if (empty !== undefined) {
    throw new RangeError(`learning curve "${empty.name}" has 0 points; expected at least one`);
  }
  const only = curves.length === 1 ? curves[0] : undefined;
  const trained = subject ?? only?.name;
  // Room at the right, for the evaluation's text where there is one.
  const end =
    Math.max(...curves.map(lastStepOf)) *
    (only?.evaluation === undefined ? 1.02 : view.isNarrow ? 1.45 : 1.2);
  const evaluated = curves.some(({ evaluation }) => evaluation !== undefined);
  return {
    ...chartFrame(view),
    ...titleOf(view, `Training on ${environment}`, [
      ...(trained === undefined ? [] : [trained]),
      ...(curves.some(({ band }) => band !== undefined)
        ? ['line: mean of the runs; band: from the lowest to the highest of them']
        : []),
      ...(evaluated
        ? ['diamond: mean return of greedy episodes after training, with its 95 % interval']
        : []),
    ]),
    layer: [
      ...bandLayers(curves),
      ...thresholdLayers(threshold),
      curveLayer(curves, end, view),
      ...evaluationLayers(curves),
    ],
  };
}

function curveLayer(curves: readonly LearningCurve[], end: number, view: ChartView): ChartLayer {
  const labels = curves.map(labelOf);
  const values = curves.flatMap((curve) =>
    curve.points.map(({ steps, averageReturn }) => ({ run: labelOf(curve), steps, averageReturn })),
  );
  return {
    data: { values },
    mark: { type: 'line', strokeWidth: 2 },
    encoding: {
      x: {
        field: 'steps',
        type: 'quantitative',
        title: 'environment steps',
        axis: {
          format: '~s',
          tickCount: view.isNarrow ? 4 : 8,
          labelExpr: "datum.value === 0 ? '0' : datum.label",
        },
        scale: { domain: [0, end], nice: false },
      },
      y: {
        field: 'averageReturn',
        type: 'quantitative',
        title: 'average return of the last 100 episodes',
        scale: { zero: false },
      },
      color: {
        field: 'run',
        type: 'nominal',
        scale: colourScale(labels),
        legend: curves.length === 1 ? null : { columns: legendColumns(labels, view), symbolType: 'stroke' },
      },
    },
  };
}

/** Below the lines: what the runs of every curve span. */
function bandLayers(curves: readonly LearningCurve[]): ChartLayer[] {
  const values = curves.flatMap((curve) =>
    (curve.band ?? []).map(({ steps, low, high }) => ({ run: labelOf(curve), steps, low, high })),
  );
  if (values.length === 0) return [];
  return [
    {
      data: { values },
      mark: { type: 'area', opacity: 0.18 },
      encoding: {
        x: { field: 'steps', type: 'quantitative' },
        y: { field: 'low', type: 'quantitative' },
        y2: { field: 'high' },
        color: { field: 'run', type: 'nominal' },
      },
    },
  ];
}

/** A diamond with its interval at the end of every curve; its numbers beside it where there is only one. */
function evaluationLayers(curves: readonly LearningCurve[]): ChartLayer[] {
  const values = curves.flatMap((curve) => {
    const { evaluation } = curve;
    if (evaluation === undefined) return [];
    const { episodes, mean, interval } = evaluation;
    const { low, high } = interval ?? { low: mean, high: mean };
    const text = [scoreText(evaluation), `over ${episodes} episode${episodes === 1 ? '' : 's'}`];
    return [{ run: labelOf(curve), steps: lastStepOf(curve), mean, low, high, text }];
  });
  if (values.length === 0) return [];
  const data = { values };
  const x = { field: 'steps', type: 'quantitative' } as const;
  const y = { field: 'mean', type: 'quantitative' } as const;
  const color = { field: 'run', type: 'nominal' } as const;
  const caption = { align: 'left', baseline: 'middle', dx: 12, lineHeight: 16, fontSize: 12 } as const;
  const layers: ChartLayer[] = [
    {
      data,
      mark: { type: 'rule', strokeWidth: 2 },
      encoding: { x, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' }, color },
    },
    {
      data,
      mark: { type: 'point', shape: 'diamond', filled: true, size: 80, opacity: 1 },
      encoding: { x, y, color },
    },
  ];
  if (curves.length > 1) return layers;
  // Twice: a white rim first, so that lines pass behind the text.
  const rim = { stroke: '#ffffff', strokeWidth: 5, strokeJoin: 'round' } as const;
  const encoding = { x, y, text: { field: 'text' } } as const;
  return [
    ...layers,
    { data, mark: { type: 'text', ...caption, ...rim }, encoding },
    { data, mark: { type: 'text', ...caption, color: textColour }, encoding },
  ];
}
