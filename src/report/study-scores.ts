/** What pictures and tables of a study need of its trials, whatever its strategy. */
import { mean } from '../statistics/sample.ts';
import type { StudySnapshot } from '../study/storage.ts';
import type { CompleteTrial, Trial } from '../study/trial.ts';
import { formatCount, formatNumberOf } from './number-format.ts';
import type { SizedScore } from './pareto-front.ts';
import type { SearchIteration } from './search-progress-chart.ts';

/** Trials whose scores can be compared with each other. */
export interface ComparableTrials {
  readonly trials: readonly CompleteTrial[];
  /** What they are: `100 trials of 300,000 steps`. */
  readonly subject: string;
}

const completeOf = (trials: readonly Trial[], phase: Trial['phase']): CompleteTrial[] =>
  trials.filter((trial) => trial.phase === phase).filter((trial) => trial.state === 'complete');

/**
 * The scores that tell most of the space: of a one-shot search those of its candidates at the end; else the
 * search's, of the length of training that most trials have.
 */
export function comparableTrials({ trials, configuration }: StudySnapshot): ComparableTrials {
  const final = completeOf(trials, 'final');
  if (final.length > 0) {
    return {
      trials: final,
      subject: `${formatNumberOf(final.length, 'candidate')}, scored at the end`,
    };
  }
  const byBudget = Map.groupBy(completeOf(trials, 'search'), ({ budget }) => budget);
  const [longest] = [...byBudget].toSorted(([a, ofA], [b, ofB]) => ofB.length - ofA.length || b - a);
  if (longest === undefined) return { trials: [], subject: 'no trials' };
  const [budget, ofBudget] = longest;
  const count = formatNumberOf(ofBudget.length, 'trial');
  const subject =
    configuration.strategy.name === 'enas'
      ? `${count} with the shared weights`
      : `${count} of ${configuration.trial.stopWhenSolved ? 'at most ' : ''}${formatCount(budget)} steps`;
  return { trials: ofBudget, subject };
}

/** One score per architecture (with its hyperparameters): the mean of its trials. */
export function scoresByName(trials: readonly CompleteTrial[]): (SizedScore & { readonly name: string })[] {
  return [...Map.groupBy(trials, ({ name }) => name)].map(([name, group]) => ({
    name,
    parameterCount: group[0].parameterCount,
    score: mean(group.map(({ score }) => score)),
  }));
}

/** Scores of the search by iteration of the strategy; a failed trial has none. */
export function groupScores(trials: readonly Trial[], iterationSize: number): SearchIteration[] {
  const ofSearch = trials.filter(({ phase, state }) => phase === 'search' && state !== 'running');
  return [...Map.groupBy(ofSearch, ({ number }) => Math.floor(number / iterationSize))].map(
    ([index, group]) => ({
      iteration: index + 1,
      scores: group.flatMap((trial) => (trial.state === 'complete' ? [trial.score] : [])),
    }),
  );
}
