/**
 * A study's search that trains all architectures at once. What it scores are trials: the architectures that the
 * controller samples in phase `search`, those it is judged by in phase `final`.
 */
import { OneShotSearch, type OneShotSettings, type Score } from '../search/enas/one-shot.ts';
import type { OneShotProgress } from '../search/enas/shared-training.ts';
import { mean } from '../statistics/sample.ts';
import type { ReplicaJob, RunningReplica } from './executor.ts';
import type { SearchOutcome, StudyRun, StudyTask } from './study-task.ts';
import { type FinishedTrial, rankCandidates, type TrialPhase, type TrialStart } from './trial.ts';

function createTrial(start: TrialStart, scored: Score, seconds: number): FinishedTrial {
  const { failure, score, steps, episodes, updates } = scored;
  if (failure !== undefined) return { ...start, state: 'failed', error: failure, seconds };
  const training = { steps, episodes, updates, solvedAt: undefined, curve: [] };
  return { ...start, state: 'complete', score, training, seconds };
}

/** How far several replicas are, as one: sums, and means of what isn't counted. @param replicas of at least one. */
export function combineProgress(replicas: readonly OneShotProgress[]): OneShotProgress {
  const sum = (of: 'step' | 'episodes' | 'updates' | 'tuningSteps') =>
    replicas.reduce((total, one) => total + one[of], 0);
  const returns = replicas.flatMap(({ averageReturn }) => averageReturn ?? []);
  const [{ totalSteps, epsilon, learningRate }] = replicas;
  return {
    step: sum('step'),
    totalSteps: totalSteps * replicas.length,
    episodes: sum('episodes'),
    updates: sum('updates'),
    averageReturn: returns.length === 0 ? undefined : mean(returns),
    epsilon,
    learningRate,
    tuningSteps: sum('tuningSteps'),
  };
}

function startReplicas(
  { configuration, environment, seeds }: StudyTask,
  settings: OneShotSettings,
  { executor, signal, onEvent }: StudyRun,
): readonly RunningReplica[] {
  const { id, options } = environment;
  const { space, hyperparameters, verification } = configuration;
  const { maxParameters } = verification;
  const progress = new Map<number, OneShotProgress>();
  const jobs = Array.from({ length: settings.replicas }, (_, i): ReplicaJob => {
    const seed = seeds.replica(i);
    return { environment: { id, options }, space, settings, hyperparameters, maxParameters, seed };
  });
  const onProgress = (replica: number) => (latest: OneShotProgress) => {
    // What it says first is from where it goes on.
    const isNew = progress.has(replica);
    progress.set(replica, latest);
    if (!isNew || progress.size < jobs.length) return;
    onEvent({ kind: 'one-shot-progress', progress: combineProgress([...progress.values()]) });
  };
  return executor.startReplicas(
    jobs,
    jobs.map((_, i) => ({ signal, onProgress: onProgress(i) })),
  );
}

/** Runs the search; every score is recorded as a trial, in order. A trial's seconds are those since the one before. */
export async function searchOneShot(
  task: StudyTask,
  settings: OneShotSettings,
  run: StudyRun,
): Promise<SearchOutcome> {
  const { configuration, samples, seeds, space } = task;
  const { recorder } = run;
  const search = new OneShotSearch(space, settings, (sample) => !samples.isTooLarge(sample), seeds.strategy);
  await recorder.addPolicy(0, search.policy());
  let begun = performance.now();
  const record = (phase: TrialPhase) => async (score: Score) => {
    const start: TrialStart = {
      ...samples.describe(score.sample),
      number: recorder.trials.length,
      phase,
      seed: configuration.seed,
      budget: settings.totalSteps,
    };
    const now = performance.now();
    await recorder.addTrial(createTrial(start, score, (now - begun) / 1000));
    begun = now;
  };
  const replicas = startReplicas(task, settings, run);
  try {
    await search.run(replicas, {
      onSampled: record('search'),
      onCandidate: record('final'),
      onIteration: (iteration) => recorder.addPolicy(iteration, search.policy()),
    });
    const work = await Promise.all(replicas.map((replica) => replica.finish()));
    return {
      ranking: rankCandidates(recorder.trials, 'final'),
      work: work.reduce((sum, one) => sum + one, 0),
    };
  } finally {
    await Promise.all(replicas.map((replica) => replica.close()));
  }
}
