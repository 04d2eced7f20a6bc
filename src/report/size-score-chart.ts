/** Score against size: every architecture of a search, the Pareto front, and what its finalists were worth. */
import type { Interval } from '../statistics/interval.ts';
import {
  type Chart,
  type ChartLayer,
  type ChartMark,
  type ChartView,
  chartFrame,
  fileView,
  legendColumns,
  thresholdLayers,
  titleOf,
} from './chart-style.ts';
import { paretoFront, type SizedScore } from './pareto-front.ts';

export interface RetrainedSize {
  readonly parameterCount: number;
  readonly estimate: number;
  /** Of the estimate, 95 %; undefined where there are too few runs to say. */
  readonly interval: Interval | undefined;
}

export interface SizeScoreData {
  /** Its name, for the title. */
  readonly environment: string;
  /** What a score is, for the subtitle. */
  readonly subject: string;
  /** One per architecture; at least one. */
  readonly architectures: readonly SizedScore[];
  readonly finalists: readonly RetrainedSize[];
  /** The score at which the environment counts as solved, if there is one. */
  readonly threshold: number | undefined;
}

/** Where there are more architectures, squares of the chart are shaded by how many lie in each. */
const mostDots = 1000;
const [binsAcross, binsUp] = [48, 32];

const series = {
  architecture: { name: 'architecture, score of the search', colour: '#9aa7b4' },
  front: { name: 'Pareto front of these', colour: '#0072b2' },
  finalist: { name: 'finalist, retrained', colour: '#d55e00' },
} as const;

type Series = keyof typeof series;

interface Square {
  readonly low: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly count: number;
}

/** Squares on the axes of the chart, that of sizes logarithmic, and how many architectures each has. */
function countSquares(architectures: readonly SizedScore[]): Square[] {
  const edges = (values: readonly number[], bins: number) => {
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    const width = (high - low) / bins || 1;
    return {
      at: (i: number) => low + i * width,
      of: (value: number) => Math.min(bins - 1, Math.floor((value - low) / width)),
    };
  };
  const x = edges(
    architectures.map(({ parameterCount }) => Math.log10(parameterCount)),
    binsAcross,
  );
  const y = edges(
    architectures.map(({ score }) => score),
    binsUp,
  );
  const counts = new Map<number, number>();
  for (const { parameterCount, score } of architectures) {
    const square = x.of(Math.log10(parameterCount)) * binsUp + y.of(score);
    counts.set(square, (counts.get(square) ?? 0) + 1);
  }
  return [...counts].map(([square, count]) => {
    const [column, row] = [Math.floor(square / binsUp), square % binsUp];
    const [low, right] = [10 ** x.at(column), 10 ** x.at(column + 1)];
    return { low, right, bottom: y.at(row), top: y.at(row + 1), count };
  });
}

/** @throws RangeError for no architectures. */
export function sizeScoreChart(data: SizeScoreData, view: ChartView = fileView): Chart {
  const { environment, subject, architectures, finalists, threshold } = data;
  if (architectures.length === 0) throw new RangeError('a chart of 0 architectures; expected at least one');
  const drawn: readonly Series[] = [
    'architecture',
    'front',
    ...(finalists.length > 0 ? (['finalist'] as const) : []),
  ];
  const labels = drawn.map((name) => series[name].name);
  const color = (name: Series) =>
    ({
      datum: series[name].name,
      type: 'nominal',
      scale: { domain: labels, range: drawn.map((each) => series[each].colour) },
      legend: { columns: legendColumns(labels, view), symbolType: 'circle' },
    }) as const;
  const x = {
    field: 'parameterCount',
    type: 'quantitative',
    title: 'parameters',
    scale: { type: 'log', nice: false, padding: 12 },
    axis: { format: '~s', tickCount: view.isNarrow ? 4 : 8, labelOverlap: true },
  } as const;
  const y = {
    field: 'score',
    type: 'quantitative',
    title: 'score (mean return of greedy episodes)',
    scale: { zero: false },
  } as const;
  const layer = (name: Series, mark: ChartMark, values: readonly object[]): ChartLayer => ({
    data: { values: [...values] },
    mark,
    encoding: { x, y, color: color(name) },
  });
  const ends = finalists.map(({ parameterCount, estimate, interval }) => ({
    parameterCount,
    score: estimate,
    low: interval?.low ?? estimate,
    high: interval?.high ?? estimate,
  }));
  const all: ChartLayer =
    architectures.length <= mostDots
      ? layer('architecture', { type: 'point', filled: true, size: 36, opacity: 0.7 }, architectures)
      : {
          data: { values: countSquares(architectures) },
          mark: { type: 'rect' },
          encoding: {
            x: { ...x, field: 'low' },
            x2: { field: 'right' },
            y: { ...y, field: 'bottom' },
            y2: { field: 'top' },
            color: color('architecture'),
            opacity: {
              field: 'count',
              type: 'quantitative',
              scale: { type: 'sqrt', range: [0.25, 1] },
              legend: null,
            },
          },
        };
  return {
    ...chartFrame(view),
    ...titleOf(view, `Score against size on ${environment}`, subject),
    layer: [
      ...thresholdLayers(threshold),
      all,
      layer(
        'front',
        { type: 'line', strokeWidth: 2, interpolate: 'step-after', point: { size: 50 } },
        paretoFront(architectures),
      ),
      ...(ends.length === 0
        ? []
        : [
            {
              data: { values: ends },
              mark: { type: 'rule', strokeWidth: 2.5 },
              encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: color('finalist') },
            } as const satisfies ChartLayer,
            layer('finalist', { type: 'point', shape: 'diamond', filled: true, size: 110, opacity: 1 }, ends),
          ]),
    ],
  };
}
