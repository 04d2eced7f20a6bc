/** Studies as tests of reports need them: made up, nothing is trained. */
import { RandomStream } from '../src/random/random-stream.ts';
import { countParameters } from '../src/networks/architecture.ts';
import { decodeSample, describeSample, drawSample, type SearchSpace } from '../src/search/space.ts';
import { resolveSpace } from '../src/search/space-definition.ts';
import { formatArchitecture } from '../src/networks/architecture.ts';
import { parseStudyConfiguration, type StudyConfigurationInput } from '../src/study/configuration.ts';
import type { CompleteRun, FailedRun, Racer } from '../src/study/racing.ts';
import type { PolicySnapshot, StudySnapshot } from '../src/study/storage.ts';
import { type Candidate, rankCandidates, type Trial, type TrialPhase } from '../src/study/trial.ts';
import { createVerdict } from '../src/study/verdict.ts';

export interface StudyShape {
  readonly configuration: StudyConfigurationInput;
  readonly state?: StudySnapshot['state'];
  /** Trials per phase. */
  readonly trials: Partial<Record<TrialPhase, number>>;
  /** Every so many trials one fails. */
  readonly failsEvery?: number;
  readonly error?: string;
  /** Budgets of the search's trials, one after another, the last of them for the rest; the study's if absent. */
  readonly budgets?: readonly number[];
  /** Iterations of the controller. */
  readonly policies?: number;
  /** Whether it got to its verdict. */
  readonly isVerified?: boolean;
}

const random = new RandomStream(7);

function makeTrial(
  space: SearchSpace,
  stream: RandomStream,
  number: number,
  phase: TrialPhase,
  budget: number,
  error: string | undefined,
): Trial {
  const sample = drawSample(space, stream);
  const architecture = decodeSample(space, sample);
  const start = {
    number,
    phase,
    sample,
    name: describeSample(space, sample),
    architecture: formatArchitecture(architecture),
    parameterCount: countParameters(architecture, 8, 4),
    seed: 1000 + number,
    budget,
  };
  if (error !== undefined) return { ...start, state: 'failed', error, seconds: 1 };
  const score = 300 * stream.random() - 150 + 10 * (sample[0] ?? 0);
  const training = { steps: budget, episodes: 100, updates: budget / 2, solvedAt: undefined, curve: [] };
  return { ...start, state: 'complete', score, training, seconds: 2.5 };
}

function makeRun(stream: RandomStream, seed: number): CompleteRun {
  const returns = Array.from({ length: 20 }, () => 200 + 100 * stream.random());
  const curve = Array.from({ length: 30 }, (_, i) => ({
    step: 1000 * (i + 1),
    episodes: 10 * (i + 1),
    averageReturn: -200 + 14 * i + 20 * stream.random(),
  }));
  const score = returns.reduce((a, b) => a + b) / returns.length;
  const training = { steps: 30_000, episodes: 300, updates: 15_000, solvedAt: undefined, curve };
  return { state: 'complete', seed, score, returns, training, seconds: 10 };
}

const failedRun = (seed: number, error: string): FailedRun => ({ state: 'failed', seed, error, seconds: 1 });

/** The first of them fails one of its runs, so that tests see what becomes of that. */
const race = (stream: RandomStream, field: readonly Candidate[], error: string): Racer[] =>
  field.map((candidate, f) => ({
    candidate,
    runs: [11, 22, 33].map((seed, i) =>
      f === 0 && i === 1 ? failedRun(seed, error) : makeRun(stream, seed),
    ),
    droppedAfter: undefined,
  }));

/** The same shape makes the same study. */
export function constructStudy(shape: StudyShape): StudySnapshot {
  const { trials: counts, failsEvery, error = 'training diverged: the loss is NaN', budgets } = shape;
  const configuration = parseStudyConfiguration(shape.configuration);
  const space = resolveSpace(configuration.space);
  const stream = random.fork('study');
  const trials: Trial[] = [];
  for (const phase of ['search', 'final', 'control'] as const) {
    for (let i = 0; i < (counts[phase] ?? 0); i++) {
      const budget = budgets?.[Math.min(i, budgets.length - 1)] ?? configuration.trial.steps;
      const isFailure = failsEvery !== undefined && trials.length % failsEvery === failsEvery - 1;
      trials.push(makeTrial(space, stream, trials.length, phase, budget, isFailure ? error : undefined));
    }
  }
  const policies = Array.from(
    { length: shape.policies === undefined ? 0 : shape.policies + 1 },
    (_, iteration): PolicySnapshot => ({
      iteration,
      probabilities: space.decisions.map(({ choices }) => choices.map(() => 1 / choices.length)),
    }),
  );
  const ranking = rankCandidates(trials, counts.final === undefined ? 'search' : 'final');
  const controls = rankCandidates(trials, 'control').slice(0, 2);
  const verdict = createVerdict({
    finalists: race(stream, ranking.slice(0, 3), error),
    leftOut: undefined,
    control:
      controls.length === 0
        ? undefined
        : { work: 0.99, searchWork: 1, finalists: race(stream, controls, error) },
    ranking,
    trials,
    threshold: 200,
    random: stream.fork('verdict'),
  });
  return {
    configuration,
    versions: { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' },
    state: shape.state ?? 'complete',
    createdAt: '2026-01-02T03:04:05.000Z',
    trials,
    policies,
    artifacts: [],
    verdict: shape.isVerified === false ? undefined : verdict,
  };
}
