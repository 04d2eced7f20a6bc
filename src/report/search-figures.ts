/** Pictures of a search while it went on: its scores, and what its controller prefers. */
import { mean } from '../statistics/sample.ts';
import { type ChartedStudy, describeThreshold, type Figure } from './figure.ts';
import { formatNumberOf, formatPercent, formatScore } from './number-format.ts';
import { policyChart } from './policy-chart.ts';
import { searchProgressChart } from './search-progress-chart.ts';
import { groupScores } from './study-scores.ts';

export function drawProgress({ study, iterationSize, threshold }: ChartedStudy): Figure[] {
  const { environment, strategy } = study.configuration;
  const iterations = groupScores(study.trials, iterationSize);
  const scores = iterations.flatMap((iteration) => iteration.scores);
  if (scores.length === 0) return [];
  const failed = study.trials.filter(({ phase, state }) => phase === 'search' && state === 'failed').length;
  const quarter = Math.ceil(scores.length / 4);
  const [first, last] = [mean(scores.slice(0, quarter)), mean(scores.slice(-quarter))];
  const best = scores.reduce((a, b) => Math.max(a, b));
  const trials = formatNumberOf(scores.length, 'trial');
  const when =
    iterationSize === 1 ? 'one after another' : `in ${formatNumberOf(iterations.length, 'iteration')}`;
  const shared =
    strategy.name === 'enas' ? 'with the shared weights of that moment' : 'each trained by itself';
  const failures = failed === 0 ? '' : ` ${formatNumberOf(failed, 'failed trial')} not drawn.`;
  return [
    {
      name: 'search',
      label: 'search',
      title: 'Scores as the search went on',
      caption: `${trials} ${when}, ${shared}; the score is the mean return of greedy episodes.${failures}${describeThreshold(threshold)}`,
      description: `Chart of the scores of ${trials}: on average ${formatScore(first)} in the first quarter of the search and ${formatScore(last)} in the last; the best is ${formatScore(best)}.`,
      draw: (view) =>
        searchProgressChart(
          { environment: environment.id, strategy: strategy.name, iterations, threshold },
          view,
        ),
    },
  ];
}

export function drawController({ study, space }: ChartedStudy): Figure[] {
  const { policies } = study;
  if (policies.length < 2) return [];
  const open = space.decisions
    .map((decision, d) => ({ ...decision, d }))
    .filter(({ choices }) => choices.length > 1);
  if (open.length === 0) return [];
  const snapshots = policies.map(({ iteration, probabilities }) => ({
    iteration,
    probabilities: open.map(({ d }) => probabilities[d]),
  }));
  const latest = snapshots[snapshots.length - 1];
  const preferences = open.map(({ name, choices }, i) => {
    const probability = Math.max(...latest.probabilities[i]);
    return `${name}: ${choices[latest.probabilities[i].indexOf(probability)]} (${formatPercent(probability)})`;
  });
  const decisions = open.map(({ name, choices }) => ({ name, choices }));
  return [
    {
      name: 'controller',
      label: 'controller',
      title: 'What the controller prefers',
      caption: `The probability with which the controller draws every choice of every decision, after each of ${formatNumberOf(latest.iteration, 'iteration')}. Dashed: all choices alike.`,
      description: `Charts of the controller's probabilities. In the end most likely: ${preferences.join('; ')}.`,
      hasManyColours: decisions.some(({ choices }) => choices.length > 7),
      draw: (view) => policyChart({ study: space.name, decisions, snapshots }, view),
    },
  ];
}
