/** How a search went: the scores of the sampled architectures, iteration by iteration. */
import { type Chart, type ChartLayer, type ChartMark, chartFrame, thresholdLayers } from './chart-style.ts';
import { mean, rollingMean } from '../statistics/sample.ts';

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

const series = {
  trial: 'single architecture',
  average: 'average of the iteration',
  rolling: `rolling mean of ${window} iterations`,
  best: 'best so far',
} as const;

const colours = { trial: '#9aa7b4', average: '#56b4e9', rolling: '#0072b2', best: '#d55e00' } as const;

interface Row {
  readonly iteration: number;
  readonly score: number;
}

function progressRows(iterations: readonly SearchIteration[]) {
  const trial: Row[] = [];
  const average: Row[] = [];
  const best: Row[] = [];
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const { iteration, scores } of iterations) {
    const finite = scores.filter(Number.isFinite);
    if (finite.length === 0) continue;
    trial.push(...finite.map((score) => ({ iteration, score })));
    average.push({ iteration, score: mean(finite) });
    bestScore = Math.max(bestScore, ...finite);
    best.push({ iteration, score: bestScore });
  }
  const averages = average.map(({ score }) => score);
  const rolling = rollingMean(averages, window).map((score, i) => ({
    iteration: average[i + window - 1].iteration,
    score,
  }));
  return { trial, average, rolling, best };
}

/** @throws RangeError where no trial has a finite score. */
export function searchProgressChart(data: SearchProgressData): Chart {
  const { environment, strategy, iterations, threshold } = data;
  const rows = progressRows(iterations);
  if (rows.trial.length === 0) {
    throw new RangeError(`a chart of ${iterations.length} iterations without a score; expected at least one`);
  }
  const domain = [iterations[0].iteration - 0.5, iterations[iterations.length - 1].iteration + 0.5];
  const layer = (name: keyof typeof series, mark: ChartMark): ChartLayer => ({
    data: { values: rows[name] },
    mark,
    encoding: {
      x: {
        field: 'iteration',
        type: 'quantitative',
        title: 'iteration',
        axis: { format: 'd', tickMinStep: 1 },
        scale: { domain, nice: false },
      },
      y: {
        field: 'score',
        type: 'quantitative',
        title: 'score (mean return of greedy episodes)',
        scale: { zero: false },
      },
      color: {
        datum: series[name],
        type: 'nominal',
        scale: { domain: Object.values(series), range: Object.values(colours) },
        legend: { columns: 4, symbolType: 'stroke' },
      },
    },
  });
  return {
    ...chartFrame,
    title: {
      text: `Scores of the sampled architectures on ${environment}`,
      subtitle: `strategy: ${strategy}`,
    },
    layer: [
      ...thresholdLayers(threshold),
      layer('trial', { type: 'point', filled: true, size: 36, opacity: 0.6 }),
      layer('average', { type: 'line', strokeWidth: 1.5, point: { size: 30 } }),
      layer('best', { type: 'line', strokeWidth: 2, interpolate: 'step-after' }),
      ...(rows.rolling.length === 0 ? [] : [layer('rolling', { type: 'line', strokeWidth: 3.5 })]),
    ],
  };
}
