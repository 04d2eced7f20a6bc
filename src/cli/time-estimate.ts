/**
 * How long a search will take on this machine, before it starts. A few architectures of the space train for
 * a moment; the time that others take is taken to be linear in between, by number of parameters.
 */
import { availableParallelism } from 'node:os';
import { countActions } from '../agents/dqn.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { measureSpeed } from '../execution/training-speed.ts';
import { loadKernels } from '../kernels/load.ts';
import { countParameters, formatArchitecture } from '../networks/architecture.ts';
import { RandomStream } from '../random/random-stream.ts';
import { decodeSample, drawSample, enumerateSamples, type SearchSpace, spaceSize } from '../search/space.ts';
import type { Study } from '../study/study.ts';

/** Architectures that are measured, at most. */
const measuredArchitectures = 5;
/** Spaces up to this size are gone through, larger ones are represented by as many samples. */
const representatives = 1000;

/** An architecture that stands for others of about its size. */
interface Representative {
  readonly architecture: string;
  readonly parameterCount: number;
}

/** How long something takes with a network of so many parameters. */
export interface Cost {
  readonly parameterCount: number;
  readonly seconds: number;
}

/** The architectures of a space, or of a thousand of its samples, by increasing number of parameters. */
function representSpace(
  space: SearchSpace,
  { observationSpace, ...environment }: EnvironmentSpec,
): Representative[] {
  const inputs = observationSpace.low.length;
  const outputs = countActions({ observationSpace, ...environment });
  const random = new RandomStream(0);
  const samples =
    spaceSize(space) <= representatives
      ? [...enumerateSamples(space)]
      : Array.from({ length: representatives }, () => drawSample(space, random));
  return samples
    .map((sample) => {
      const architecture = decodeSample(space, sample);
      return {
        architecture: formatArchitecture(architecture),
        parameterCount: countParameters(architecture, inputs, outputs),
      };
    })
    .sort((a, b) => a.parameterCount - b.parameterCount);
}

/** The smallest, the largest and those at equal distances in between, none twice. */
function spread(candidates: readonly Representative[]): Representative[] {
  const places = Array.from({ length: measuredArchitectures }, (_, i) =>
    Math.round((i * (candidates.length - 1)) / (measuredArchitectures - 1)),
  );
  const picked = places.map((place) => candidates[place]);
  return picked.filter(({ parameterCount }, i) => parameterCount !== picked[i - 1]?.parameterCount);
}

/**
 * Seconds with a network of so many parameters: linear between the measured ones, beyond them as with the nearest.
 * @param measured at least one, by increasing number of parameters.
 */
export function interpolateCost(measured: readonly Cost[], parameterCount: number): number {
  const above = measured.findIndex((cost) => cost.parameterCount >= parameterCount);
  if (above <= 0) return measured.at(above)?.seconds ?? Number.NaN;
  const [low, high] = [measured[above - 1], measured[above]];
  const share = (parameterCount - low.parameterCount) / (high.parameterCount - low.parameterCount);
  return low.seconds + share * (high.seconds - low.seconds);
}

/**
 * Seconds that a study is about to take, if every training goes on to its last step, no finalist drops out, greedy
 * episodes are half as long as they may be, and the architectures tried are on average as costly as those of the space
 * (which is exact for `grid`). That trainings side by side may slow each other down is not in it. Takes a second, more
 * for very wide networks.
 * @param workers trials that run at once.
 */
export function estimateSeconds(study: Study, environment: EnvironmentSpec, workers: number): number {
  const { hyperparameters, trial, verification } = study.configuration;
  const trainers = Math.min(workers, availableParallelism());
  const atOnce = Math.min(trainers, study.trialCount);
  const searches = verification.control ? 2 : 1;
  const runs = (searches * verification.finalists * verification.seeds) / trainers;
  const searchSteps = study.rungs.reduce((sum, { trials, steps }) => sum + trials * steps, 0);
  const trained = (searches * searchSteps) / atOnce + runs * verification.steps;
  const episodes =
    (searches * study.trialCount * trial.validationEpisodes) / atOnce + runs * verification.episodes;
  const played = (episodes * environment.maxEpisodeSteps) / 2;
  const kernels = loadKernels();
  const candidates = representSpace(study.space, environment);
  const costs = spread(candidates).map(({ architecture, parameterCount }): Cost => {
    const { training, playing } = measureSpeed(kernels, environment, architecture, hyperparameters);
    return { parameterCount, seconds: trained * training + played * playing };
  });
  const total = candidates.reduce(
    (sum, { parameterCount }) => sum + interpolateCost(costs, parameterCount),
    0,
  );
  return total / candidates.length;
}
