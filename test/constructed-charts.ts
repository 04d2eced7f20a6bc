/** Charts of every kind from data that are made up, and what tests read from them. */
import { choiceScoreChart } from '../src/report/choice-score-chart.ts';
import { comparisonChart } from '../src/report/comparison-chart.ts';
import { intervalChart } from '../src/report/interval-chart.ts';
import { type LearningCurve, learningCurveChart } from '../src/report/learning-curve-chart.ts';
import { meanLearningCurve } from '../src/report/mean-learning-curve.ts';
import { performanceProfileChart } from '../src/report/performance-profile-chart.ts';
import { policyChart } from '../src/report/policy-chart.ts';
import { scoreMapChart } from '../src/report/score-map-chart.ts';
import { searchProgressChart } from '../src/report/search-progress-chart.ts';
import { sizeScoreChart } from '../src/report/size-score-chart.ts';

export function curve(name: string, evaluation: boolean, delay = 0): LearningCurve {
  const points = Array.from({ length: 50 }, (_, i) => ({
    steps: 4000 * (i + 1),
    averageReturn: 9 * i - 180 - delay,
  }));
  const interval = { low: 243.2, high: 259.4 };
  return evaluation
    ? { name, points, evaluation: { episodes: 100, mean: 251.3, interval } }
    : { name, points };
}

export const single = () =>
  learningCurveChart({
    environment: 'LunarLander-v3',
    curves: [curve('256,relu,256,relu', true)],
    threshold: 200,
  });

export const several = () =>
  learningCurveChart({
    environment: 'LunarLander-v3',
    subject: 'three sizes',
    curves: [curve('64,relu', true), curve('128,relu', false, 40), curve('256,relu', true, 80)],
    threshold: undefined,
  });

/** Three runs, each 20 below the one before. */
export const averaged = () =>
  learningCurveChart({
    environment: 'LunarLander-v3',
    curves: ['64,relu', '256,relu'].map((name, i) => ({
      name,
      ...meanLearningCurve([0, 20, 40].map((delay) => curve(name, false, delay + 150 * i).points)),
    })),
    threshold: 200,
  });

export const intervals = (threshold: number | undefined = 200) =>
  intervalChart({
    environment: 'LunarLander-v3',
    statistic: 'interquartile mean',
    rows: [
      { name: '256,relu', estimate: 251.26, interval: { low: 240, high: 259.5 }, runs: [238, 250, 252, 262] },
      { name: '64,relu', estimate: 180, interval: undefined, runs: [Number.NEGATIVE_INFINITY, 180] },
    ],
    controls: [
      { name: 'random search', estimate: 230, interval: { low: 221, high: 238 }, runs: [218, 230, 241] },
    ],
    threshold,
  });

export const profiles = () =>
  performanceProfileChart({
    environment: 'LunarLander-v3',
    profiles: ['256,relu', '64,relu'].map((name, p) => ({
      name,
      returns: Array.from({ length: 100 }, (_, i) => 280 - 60 * p - (i * i) / 25),
    })),
    threshold: 200,
  });

export const progress = () =>
  searchProgressChart({
    environment: 'LunarLander-v3',
    strategy: 'enas',
    iterations: Array.from({ length: 8 }, (_, i) => ({
      iteration: i + 1,
      scores: [30 * i - 100, i === 3 ? Number.NEGATIVE_INFINITY : 150, 20 - 40 * (i % 2)],
    })),
    threshold: 200,
  });

export const comparison = (seeds = 20) =>
  comparisonChart({
    environment: 'LunarLander-v3',
    space: 'lunar-lander-100',
    seeds,
    curves: ['random', 'evolution'].map((name, k) => ({
      name,
      points: Array.from({ length: 11 }, (_, work) => {
        const score = 260 - 150 / (1 + (k + 1) * work);
        return { work, score, interval: seeds === 1 ? undefined : { low: score - 9, high: score + 9 } };
      }),
    })),
    best: 271.26,
  });

export const policy = () =>
  policyChart({
    study: 'enas on LunarLander-v3',
    decisions: [
      { name: 'units of layer 1', choices: [64, 128, 256] },
      { name: 'activation of layer 1', choices: ['relu', 'sigmoid'] },
    ],
    snapshots: [1, 2, 3, 4].map((iteration) => ({
      iteration,
      probabilities: [
        [0.5 - iteration / 10, 0.3, 0.2 + iteration / 10],
        [0.9, 0.1],
      ],
    })),
  });

export const maps = (count = 2) =>
  scoreMapChart({
    environment: 'LunarLander-v3',
    subject: '12 trials',
    maps: ['relu', 'tanh'].map((title, m) => ({
      title,
      across: { name: 'units 2', choices: ['16', '64', '256'] },
      down: { name: 'units 1', choices: ['16', '64'] },
      // Nothing has tried 16 after 16.
      cells: ['16', '64', '256'].flatMap((across, i) =>
        ['16', '64'].flatMap((down, j) =>
          i + j === 0 ? [] : [{ across, down, score: -200 + 60 * (i + j + m), count }],
        ),
      ),
    })),
  });

export const choices = () =>
  choiceScoreChart({
    environment: 'LunarLander-v3',
    subject: '12 trials',
    decisions: ['units 1', 'units 2'].map((name) => ({
      name,
      choices: [
        { choice: '16', mean: 20, lowerQuartile: -80, upperQuartile: 90, count: 5 },
        { choice: '64', mean: 120, lowerQuartile: 30, upperQuartile: 210, count: 7 },
      ],
    })),
  });

export const sizes = (count = 60) =>
  sizeScoreChart({
    environment: 'LunarLander-v3',
    subject: `${count} trials`,
    architectures: Array.from({ length: count }, (_, i) => ({
      parameterCount: 300 * 1.002 ** i,
      score: ((i * 37) % 400) - 150,
    })),
    finalists: [
      { parameterCount: 310, estimate: 251, interval: { low: 240, high: 260 } },
      { parameterCount: 330, estimate: 240, interval: undefined },
    ],
    threshold: 200,
  });

/** Every kind of chart, by what it shows. */
export const charts = {
  single,
  several,
  averaged,
  intervals: () => intervals(),
  profiles,
  progress,
  comparison: () => comparison(),
  policy,
  maps: () => maps(),
  choices,
  sizes: () => sizes(),
};

/** The texts of an SVG in their order. */
export const texts = (svg: string) =>
  [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) => text);
