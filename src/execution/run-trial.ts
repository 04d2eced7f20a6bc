/** Runs one trial's job in the thread it is called in. Its result depends on the job alone. */
import { countActions } from '../agents/dqn.ts';
import { evaluate, evaluationLanes } from '../agents/evaluate.ts';
import { type CurvePoint, Training, type TrainingProgress, type TrainingState } from '../agents/train.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import { messageOf } from '../errors/message-of.ts';
import type { Kernels, NetworkShape } from '../kernels/kernels.ts';
import { networkShape, parseArchitecture } from '../networks/architecture.ts';
import { initialiseParameters } from '../networks/initialisers.ts';
import { linearLayers } from '../networks/linear-layers.ts';
import { RandomStream } from '../random/random-stream.ts';
import type { CompleteResult, TrialJob, TrialResult } from '../study/executor.ts';
import type { Checkpointer } from './checkpointer.ts';

/** Who wants to see the parameters while they are learnt. The training is the same with it and without. */
export interface Snapshots {
  /** Environment steps, ascending; each is looked at as soon as it is reached, and the end in any case. */
  readonly steps: readonly number[];
  readonly take: (progress: TrainingProgress, parameters: Float32Array) => void;
}

export interface TrialHooks {
  /**
   * Called after every 20 milliseconds or so of training and waited for; an error that it throws ends the trial.
   * @param curve so far; it grows, and belongs to the training.
   */
  readonly afterSlice: (progress: TrainingProgress, curve: readonly CurvePoint[]) => void | Promise<void>;
  /** None where the trial keeps no state. */
  readonly checkpointer: Checkpointer | undefined;
  readonly snapshots?: Snapshots | undefined;
}

/** What a trial's checkpoint holds. */
interface TrialState {
  /** That it has taken so far. */
  readonly seconds: number;
  readonly training: TrainingState;
}

/** Seconds that a trial has taken, in this process and those before. */
class Stopwatch {
  #begun = performance.now();

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** Goes on from there. */
  set seconds(before: number) {
    this.#begun = performance.now() - 1000 * before;
  }
}

/** Vector steps between two looks at the clock. */
const stepsPerLook = 4;
/** Milliseconds of training between two calls of `afterSlice`. */
const sliceMilliseconds = 20;

/** The parameters that the seed would draw, with those layers replaced that start from something else. */
function initialParameters(
  shape: NetworkShape,
  seed: number,
  initialLayers: readonly (Float32Array | undefined)[],
): Float32Array {
  const layers = linearLayers(shape);
  if (initialLayers.length !== layers.length) {
    throw new RangeError(`${initialLayers.length} initial layers; expected ${layers.length}`);
  }
  // The stream that `Training` draws from when it is given nothing.
  const parameters = initialiseParameters(shape, new RandomStream(seed).fork('initialisation'));
  for (const [i, { weights, end }] of layers.entries()) {
    const layer = initialLayers[i];
    if (layer === undefined) continue;
    if (layer.length !== end - weights) {
      throw new RangeError(`initial layer ${i} of ${layer.length} parameters; expected ${end - weights}`);
    }
    parameters.set(layer, weights);
  }
  return parameters;
}

/** Takes snapshots that have fallen due. @returns the vector steps to do until the next one, at least 1. */
function createSnapshotTaker(training: Training, environments: number, snapshots: Snapshots | undefined) {
  if (snapshots === undefined) return () => Number.POSITIVE_INFINITY;
  const due = [...snapshots.steps];
  return (): number => {
    const { progress } = training;
    const isDue = training.finished || (due.length > 0 && due[0] <= progress.step);
    while (due.length > 0 && due[0] <= progress.step) due.shift();
    if (isDue) snapshots.take(progress, training.parameters());
    return due.length === 0 ? Number.POSITIVE_INFINITY : Math.ceil((due[0] - progress.step) / environments);
  };
}

async function train(
  kernels: Kernels,
  job: TrialJob,
  shape: NetworkShape,
  watch: Stopwatch,
  { afterSlice, checkpointer, snapshots }: TrialHooks,
): Promise<Training> {
  const { environment, hyperparameters, totalSteps, seed, stopWhenSolved, initialLayers } = job;
  const training = new Training(
    kernels,
    createVectorEnvironment(environment.id, hyperparameters.environments, environment.options),
    {
      architecture: parseArchitecture(job.architecture),
      hyperparameters,
      totalSteps,
      seed,
      stopWhenSolved,
      ...(initialLayers && { initialParameters: initialParameters(shape, seed, initialLayers) }),
    },
  );
  const saved = (await checkpointer?.read()) as TrialState | undefined;
  if (saved) {
    training.restore(saved.training);
    watch.seconds = saved.seconds;
  }
  const takeSnapshots = createSnapshotTaker(training, hyperparameters.environments, snapshots);
  let untilSnapshot = takeSnapshots();
  for (let more = true; more; ) {
    const end = performance.now() + sliceMilliseconds;
    do {
      more = training.advance(Math.min(stepsPerLook, untilSnapshot));
      untilSnapshot = takeSnapshots();
    } while (more && performance.now() < end);
    await afterSlice(training.progress, training.curve);
    const save = (): TrialState => ({ seconds: watch.seconds, training: training.save() });
    if (more) await checkpointer?.writeWhenDue(save);
  }
  return training;
}

async function trainAndEvaluate(
  kernels: Kernels,
  job: TrialJob,
  watch: Stopwatch,
  hooks: TrialHooks,
): Promise<Omit<CompleteResult, 'seconds'>> {
  const { environment, evaluationSeeds } = job;
  const lanes = Math.min(evaluationLanes, evaluationSeeds.length);
  const evaluated = createVectorEnvironment(environment.id, lanes, environment.options);
  const outputs = countActions(evaluated.spec);
  const shape = networkShape(parseArchitecture(job.architecture), evaluated.observationSize, outputs);
  const training = await train(kernels, job, shape, watch, hooks);
  const parameters = training.parameters();
  const policy = kernels.createPolicy(shape, lanes);
  policy.writeParameters(parameters);
  const { returns } = evaluate(policy, evaluated, evaluationSeeds);
  const bad = returns.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`the return of episode ${bad} is ${returns[bad]}; expected a finite number`);
  }
  const { step: steps, episodes, updates, solvedAt } = training.progress;
  return {
    state: 'complete',
    training: { steps, episodes, updates, solvedAt, curve: training.curve },
    returns,
    parameters,
  };
}

/** Trains and evaluates. Never throws: what goes wrong is a failed result. */
export async function runTrial(kernels: Kernels, job: TrialJob, hooks: TrialHooks): Promise<TrialResult> {
  const watch = new Stopwatch();
  try {
    const result = await trainAndEvaluate(kernels, job, watch, hooks);
    return { ...result, seconds: watch.seconds };
  } catch (error) {
    return { state: 'failed', error: messageOf(error), seconds: watch.seconds };
  }
}
