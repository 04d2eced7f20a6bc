/** What a study is about to do, as facts for `formatFacts`. */
import { tuningStepsOf } from '../search/enas/shared-training.ts';
import { type SearchSpace, spaceSize } from '../search/space.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import { countRuns } from '../study/racing.ts';
import type { Study } from '../study/study.ts';
import { displayPath } from './output.ts';
import { formatDuration } from './progress.ts';
import { formatCount, formatNumberOf } from '../report/number-format.ts';
import type { Fact } from './summary.ts';
import { type TimeEstimate, totalTime } from './time-estimate.ts';

export function describeVerification(verification: StudyConfiguration['verification']): string {
  const { finalists, seeds, steps, episodes, maxParameters } = verification;
  const limit = maxParameters === undefined ? '' : ` of at most ${formatCount(maxParameters)} parameters`;
  const who = `${formatNumberOf(finalists, 'finalist')}${limit}`;
  const runs = countRuns(finalists, seeds);
  const on = formatNumberOf(seeds, 'fresh seed');
  const where = runs < finalists * seeds ? `up to ${on}, ${runs} runs in all` : on;
  return `${who} retrained from scratch on ${where}, ${formatCount(steps)} steps each, then ${formatCount(episodes)} fresh episodes`;
}

export function describeSpace(space: SearchSpace): string {
  const what = space.decisions.some(({ kind }) => kind === 'hyperparameter')
    ? 'combinations of architecture and hyperparameters'
    : 'architectures';
  return `${space.name}: ${formatCount(spaceSize(space))} ${what}`;
}

/** What a training of a trial is. */
export function describeTrial({
  steps,
  stopWhenSolved,
  validationEpisodes,
}: StudyConfiguration['trial']): string {
  const until = stopWhenSolved ? ', fewer once solved' : '';
  return `at most ${formatCount(steps)} steps${until}, then ${validationEpisodes} greedy episodes`;
}

/** What a one-shot search is judged by in the end. */
function describeCandidates({ configuration, candidateCount }: Study, tuningSteps: number): string {
  const { maxParameters } = configuration.verification;
  const limit = maxParameters === undefined ? '' : ` of at most ${formatCount(maxParameters)} parameters`;
  const tuned = tuningSteps === 0 ? '' : `, each tuned alone for ${formatCount(tuningSteps)} steps`;
  return `up to ${candidateCount} architectures${limit}${tuned}, then scored`;
}

/** How the strategy searches, and what a trial of it is. */
export function describeSearch(study: Study): Fact[] {
  const { configuration, trialCount, iterationSize, rungs } = study;
  const { strategy, trial } = configuration;
  if (strategy.name === 'enas') {
    const { replicas, totalSteps, iterations, warmup } = strategy;
    const trainings = replicas === 1 ? 'one training' : `each of ${replicas} trainings`;
    const begins = formatCount(warmup * totalSteps);
    return [
      ['strategy', `enas: all architectures share the ${formatCount(totalSteps)} steps of ${trainings}`],
      [
        'controller',
        `${iterations} iterations of ${iterationSize} samples from step ${begins} of a training on`,
      ],
      ['candidates', describeCandidates(study, tuningStepsOf(strategy))],
    ];
  }
  const iterations =
    iterationSize > 1 ? ` in ${trialCount / iterationSize} iterations of ${iterationSize}` : '';
  const shorter =
    rungs.length > 1
      ? `: ${rungs.map(({ trials, steps }) => `${trials} of ${formatCount(steps)} steps`).join(', ')}`
      : '';
  return [
    ['strategy', `${strategy.name}: ${trialCount} trials${iterations}${shorter}`],
    ['trial', describeTrial(trial)],
  ];
}

/** What a study does, and where it is kept. @param workers trials that run at once. */
export function describeStudy(study: Study, folder: string, workers: number): readonly Fact[] {
  const { configuration, space } = study;
  const { verification } = configuration;
  return [
    ['space', describeSpace(space)],
    ...describeSearch(study),
    ['verdict', describeVerification(verification)],
    [
      'control',
      verification.control
        ? 'random search with as much work as the search takes, its finalists retrained likewise'
        : 'none (--control adds random search at equal work)',
    ],
    ['workers', `${workers}; seed ${configuration.seed}; Ctrl-C stops`],
    ['study', displayPath(folder)],
  ];
}

/** How long a study is thought to take; aligned with `describeStudy`. */
export function describeTime({ configuration }: Study, time: TimeEstimate): Fact {
  const { strategy, trial } = configuration;
  const mayEndEarly = strategy.name !== 'enas' && trial.stopWhenSolved;
  const early = mayEndEarly ? ', less where trials are solved early' : '';
  return ['time    ', `about ${formatDuration(totalTime(time))} on this machine${early}`];
}
