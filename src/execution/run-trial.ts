/** Runs one trial's job in the thread it is called in. Its result depends on the job alone. */
import { countActions } from '../agents/dqn.ts';
import { evaluate } from '../agents/evaluate.ts';
import { Training, type TrainingProgress } from '../agents/train.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import type { Kernels, NetworkShape } from '../kernels/kernels.ts';
import { networkShape, parseArchitecture } from '../networks/architecture.ts';
import { initialiseParameters } from '../networks/initialisers.ts';
import { linearLayers } from '../networks/linear-layers.ts';
import { RandomStream } from '../random/random-stream.ts';
import type { CompleteResult, TrialJob, TrialResult } from '../study/executor.ts';

type AfterSlice = (progress: TrainingProgress) => void | Promise<void>;

/** Vector steps between two looks at the clock. */
const stepsPerLook = 4;
/** Milliseconds of training between two calls of `afterSlice`. */
const sliceMilliseconds = 20;
/** Environments that evaluate in lockstep, at most. */
const evaluationLanes = 64;

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

async function train(
  kernels: Kernels,
  job: TrialJob,
  shape: NetworkShape,
  afterSlice: AfterSlice,
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
  for (let more = true; more; ) {
    const end = performance.now() + sliceMilliseconds;
    do more = training.advance(stepsPerLook);
    while (more && performance.now() < end);
    await afterSlice(training.progress);
  }
  return training;
}

async function trainAndEvaluate(
  kernels: Kernels,
  job: TrialJob,
  afterSlice: AfterSlice,
): Promise<Omit<CompleteResult, 'seconds'>> {
  const { environment, evaluationSeeds } = job;
  const lanes = Math.min(evaluationLanes, evaluationSeeds.length);
  const evaluated = createVectorEnvironment(environment.id, lanes, environment.options);
  const outputs = countActions(evaluated.spec);
  const shape = networkShape(parseArchitecture(job.architecture), evaluated.observationSize, outputs);
  const training = await train(kernels, job, shape, afterSlice);
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

/** An error's message on one line. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

/**
 * Trains and evaluates. Never throws: what goes wrong is a failed result.
 * @param afterSlice called after every 20 milliseconds or so of training and waited for; an error that it throws
 * ends the trial.
 */
export async function runTrial(
  kernels: Kernels,
  job: TrialJob,
  afterSlice: AfterSlice,
): Promise<TrialResult> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const result = await trainAndEvaluate(kernels, job, afterSlice);
    return { ...result, seconds: seconds() };
  } catch (error) {
    return { state: 'failed', error: describeError(error), seconds: seconds() };
  }
}
