/** How searches compare: what their choices are worth against the work that they have done. */
import type { Interval } from '../statistics/interval.ts';
import {
  type Chart,
  type ChartLayer,
  chartFrame,
  colourScale,
  fileView,
  levelLayers,
  requireDistinctNames,
  titleOf,
} from './chart-style.ts';

export interface ComparisonCurve {
  /** Of the strategy, for the legend; no two alike. */
  readonly name: string;
  /** In order of work; at least one. */
  readonly points: readonly {
    readonly work: number;
    readonly score: number;
    /** Of the score, 95 %; undefined where there are too few searches to say. */
    readonly interval: Interval | undefined;
  }[];
}

export interface ComparisonChartData {
  /** Its name, for the title. */
  readonly environment: string;
  /** The name of the search space. */
  readonly space: string;
  /** Searches per strategy. */
  readonly seeds: number;
  /** At least one. */
  readonly curves: readonly ComparisonCurve[];
  /** The score of the best choice that there is. */
  readonly best: number;
}

/** @throws RangeError for no curves, or two of one name. */
export function comparisonChart({ environment, space, seeds, curves, best }: ComparisonChartData): Chart {
  requireDistinctNames(curves);
  const bands = seeds === 1 ? '' : '; bands: its 95 % interval';
  return {
    ...chartFrame(fileView),
    ...titleOf(
      fileView,
      `Searches of ${space} on ${environment}`,
      `line: mean over ${seeds} ${seeds === 1 ? 'search' : 'searches'}${bands}`,
    ),
    layer: [
      ...bandLayers(curves),
      ...levelLayers(best, ['best of', 'the space', best.toFixed(1)]),
      curveLayer(curves),
    ],
  };
}

const workAxis = {
  field: 'work',
  type: 'quantitative',
  title: 'work, in whole trainings of a mean architecture',
  scale: { nice: false },
} as const;

function curveLayer(curves: readonly ComparisonCurve[]): ChartLayer {
  return {
    data: {
      values: curves.flatMap(({ name, points }) =>
        points.map(({ work, score }) => ({ strategy: name, work, score })),
      ),
    },
    mark: { type: 'line', strokeWidth: 2 },
    encoding: {
      x: workAxis,
      y: {
        field: 'score',
        type: 'quantitative',
        title: 'true score of the best trial so far',
        scale: { zero: false },
      },
      color: {
        field: 'strategy',
        type: 'nominal',
        scale: colourScale(curves.map(({ name }) => name)),
        legend: { symbolType: 'stroke' },
      },
    },
  };
}

function bandLayers(curves: readonly ComparisonCurve[]): ChartLayer[] {
  const values = curves.flatMap(({ name, points }) =>
    points.flatMap(({ work, interval }) =>
      interval === undefined ? [] : [{ strategy: name, work, low: interval.low, high: interval.high }],
    ),
  );
  if (values.length === 0) return [];
  return [
    {
      data: { values },
      mark: { type: 'area', opacity: 0.15 },
      encoding: {
        x: workAxis,
        y: { field: 'low', type: 'quantitative' },
        y2: { field: 'high' },
        color: { field: 'strategy', type: 'nominal' },
      },
    },
  ];
}
