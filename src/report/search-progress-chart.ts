/** How a search went: the scores of the sampled architectures, iteration by iteration. */
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
import { quantile } from './quantile.ts';
import { ascending, mean, rollingMean } from '../statistics/sample.ts';

export interface SearchIteration {
  /** 1, 2, 3, … */
  readonly iteration: number;
  /** Of the architectures sampled in it; what isn't finite is a failed trial and isn't drawn. */
  readonly scores: readonly number[];
}

export interface SearchProgressData {
  /** Its name, for the title. */
  readonly environment: string;
  /** Which strategy searched, for the title. */
  readonly strategy: string;
  /** In order; at least one. */
  readonly iterations: readonly SearchIteration[];
  /** The score at which the environment counts as solved, if there is one. */
  readonly threshold: number | undefined;
}

const window = 5;
/** Where there are more, several iterations are drawn as one. */
const mostIterations = 150;
/** Where there are more trials, the middle half of them is drawn in place of each. */
const mostDots = 1000;

const colours = {
  trial: '#9aa7b4',
  middle: '#9aa7b4',
  average: '#56b4e9',
  rolling: '#0072b2',
  best: '#d55e00',
} as const;

type Series = keyof typeof colours;

interface Row {
  readonly iteration: number;
  readonly score: number;
  /** Upper end of a band from the score on. */
  readonly high?: number;
}

/** @param size iterations that were drawn together as one. */
function namesOf(size: number, isSingle: boolean): Readonly<Record<Series, string>> {
  const group = size === 1 ? 'the iteration' : `${size} ${isSingle ? 'trials' : 'iterations'}`;
  return {
    trial: 'single architecture',
    middle: `middle half of ${group}`,
    average: `average of ${group}`,
    rolling: `rolling mean of ${window * size} ${isSingle ? 'trials' : 'iterations'}`,
    best: 'best so far',
  };
}

/** Several iterations as one, with the number of the last of them, where there are too many to draw. */
function combine(iterations: readonly SearchIteration[]): {
  size: number;
  groups: readonly SearchIteration[];
} {
  const size = Math.ceil(iterations.length / mostIterations);
  if (size === 1) return { size, groups: iterations };
  const groups: SearchIteration[] = [];
  for (let first = 0; first < iterations.length; first += size) {
    const group = iterations.slice(first, first + size);
    const { iteration } = group[group.length - 1];
    groups.push({ iteration, scores: group.flatMap(({ scores }) => scores) });
  }
  return { size, groups };
}

function progressRows(groups: readonly SearchIteration[]): Record<Series, Row[]> {
  const rows: Record<Series, Row[]> = { trial: [], middle: [], average: [], rolling: [], best: [] };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const { iteration, scores } of groups) {
    const finite = ascending(scores.filter(Number.isFinite));
    if (finite.length === 0) continue;
    for (const score of scores.filter(Number.isFinite)) rows.trial.push({ iteration, score });
    rows.middle.push({ iteration, score: quantile(finite, 0.25), high: quantile(finite, 0.75) });
    rows.average.push({ iteration, score: mean(finite) });
    bestScore = Math.max(bestScore, finite[finite.length - 1]);
    rows.best.push({ iteration, score: bestScore });
  }
  const averages = rows.average.map(({ score }) => score);
  rows.rolling = rollingMean(averages, window).map((score, i) => ({
    iteration: rows.average[i + window - 1].iteration,
    score,
  }));
  return rows;
}

const marks: Readonly<Record<Series, ChartMark>> = {
  trial: { type: 'point', filled: true, size: 36, opacity: 0.6 },
  middle: { type: 'area', opacity: 0.4 },
  average: { type: 'line', strokeWidth: 1.5, point: { size: 30 } },
  best: { type: 'line', strokeWidth: 2, interpolate: 'step-after' },
  rolling: { type: 'line', strokeWidth: 3.5 },
};

/** @throws RangeError where no trial has a finite score. */
export function searchProgressChart(data: SearchProgressData, view: ChartView = fileView): Chart {
  const { environment, strategy, iterations, threshold } = data;
  const { size, groups } = combine(iterations);
  const rows = progressRows(groups);
  if (rows.trial.length === 0) {
    throw new RangeError(`a chart of ${iterations.length} iterations without a score; expected at least one`);
  }
  const isSingle = iterations.every(({ scores }) => scores.length <= 1);
  const names = namesOf(size, isSingle);
  const trials = rows.trial.length > mostDots ? 'middle' : 'trial';
  // Of a single trial, the average is the trial.
  const average = isSingle && size === 1 ? [] : (['average'] as const);
  const drawn: readonly Series[] = [
    trials,
    ...average,
    'best',
    ...(rows.rolling.length === 0 ? [] : (['rolling'] as const)),
  ];
  const domain = [iterations[0].iteration - 0.5, iterations[iterations.length - 1].iteration + 0.5];
  const labels = drawn.map((name) => names[name]);
  const layer = (name: Series): ChartLayer => ({
    data: { values: rows[name] },
    mark: marks[name],
    encoding: {
      x: {
        field: 'iteration',
        type: 'quantitative',
        title: isSingle ? 'trial' : 'iteration',
        axis: { format: 'd', tickMinStep: 1 },
        scale: { domain, nice: false },
      },
      y: {
        field: 'score',
        type: 'quantitative',
        title: 'score (mean return of greedy episodes)',
        scale: { zero: false },
      },
      ...(name === 'middle' && { y2: { field: 'high' } }),
      color: {
        datum: names[name],
        type: 'nominal',
        scale: { domain: labels, range: drawn.map((each) => colours[each]) },
        legend: { columns: legendColumns(labels, view), symbolType: 'stroke' },
      },
    },
  });
  return {
    ...chartFrame(view),
    ...titleOf(view, `Scores of the sampled architectures on ${environment}`, `strategy: ${strategy}`),
    layer: [...thresholdLayers(threshold), ...drawn.map(layer)],
  };
}
