/**
 * Recorded trainings of all architectures of a space, so that a search can be replayed on them: a trial then looks a
 * run up instead of training. Tabular benchmarks of this kind are the custom of the field (Ying et al. 2019,
 * "NAS-Bench-101", arXiv 1902.09635). docs/comparing-strategies.md says what such a replay can't tell.
 */
import { countActions } from '../agents/dqn.ts';
import { updatesAt } from '../agents/schedule.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { type NetworkShape, parameterCount } from '../kernels/kernels.ts';
import { type Architecture, formatArchitecture, networkShape } from '../networks/architecture.ts';
import type { RandomStream } from '../random/random-stream.ts';
import {
  decodeSample,
  enumerateSamples,
  type Sample,
  sampleIndex,
  type SearchSpace,
  spaceSize,
} from '../search/space.ts';
import type { Outcome } from '../search/strategy.ts';
import { trainingWork } from '../search/work.ts';
import { mean } from '../statistics/sample.ts';
import type { AblationConfiguration } from './ablation-configuration.ts';
import type { AblationRun } from './ablation.ts';
import { runScores, worstReturn } from './racing.ts';

/** Missing architectures are counted one by one in spaces that have so many at most. */
const mostCounted = 100_000;

export interface TableEntry {
  /** As `parseArchitecture` reads it. */
  readonly architecture: string;
  readonly parameterCount: number;
  readonly shape: NetworkShape;
  /** By round; at least one. */
  readonly runs: readonly AblationRun[];
  /** Mean score of all runs: what the architecture is worth as far as the table knows. */
  readonly trueScore: number;
}

/** A space whose samples decide nothing but the architecture. */
function checkSpace({ name, decisions }: SearchSpace): void {
  const decision = decisions.find(({ kind }) => kind === 'hyperparameter');
  if (decision === undefined) return;
  throw new RangeError(
    `search space ${name} decides "${decision.name}"; expected one of architectures alone: all runs of a table have the same hyperparameters`,
  );
}

/** The architectures of a space by the numbers of their samples. @throws RangeError unless all of them are known. */
function listArchitectures(space: SearchSpace, known: ReadonlySet<string>): readonly Architecture[] {
  const size = spaceSize(space);
  const architectures: Architecture[] = [];
  let missing = 0;
  let example: string | undefined;
  for (const sample of enumerateSamples(space)) {
    const architecture = decodeSample(space, sample);
    const name = formatArchitecture(architecture);
    if (known.has(name)) architectures.push(architecture);
    else {
      missing += 1;
      example ??= name;
      if (size > mostCounted) break;
    }
  }
  if (example === undefined) return architectures;
  const count = size > mostCounted ? `at least ${Math.max(missing, size - known.size)}` : missing;
  throw new RangeError(
    `${count} of the ${size} architectures of space ${space.name} are not in the table, such as "${example}"; expected a run of every one`,
  );
}

/** What the curve of a run had come to after so many steps; −Infinity before its first episode has ended. */
function averageReturnAt(curve: readonly (readonly [step: number, averageReturn: number])[], steps: number) {
  return curve.findLast(([step]) => step <= steps)?.[1] ?? Number.NEGATIVE_INFINITY;
}

export class RunTable {
  readonly space: SearchSpace;
  /** Environment steps of a whole training. */
  readonly steps: number;
  /** By the number of the sample. */
  readonly entries: readonly TableEntry[];
  /** The one with the highest true score; of equals the smallest network. */
  readonly best: TableEntry;
  /** Of the true scores: what an architecture that is picked blindly is worth. */
  readonly meanScore: number;
  readonly #configuration: AblationConfiguration;

  /**
   * @param runs of the ablation with this configuration; those of architectures outside of the space don't count.
   * A failed run's score is the lowest return of any episode, as in a race.
   * @param environment that the configuration names, with its options.
   * @throws RangeError in one line for a space that decides hyperparameters, one with architectures that have no run,
   * or runs that all failed.
   */
  constructor(
    space: SearchSpace,
    configuration: AblationConfiguration,
    runs: readonly AblationRun[],
    environment: EnvironmentSpec,
  ) {
    checkSpace(space);
    const worst = worstReturn([{ runs }]);
    if (worst === undefined) throw new RangeError('no run of the table is complete; expected some');
    const groups = Map.groupBy(runs, ({ architecture }) => architecture);
    const architectures = listArchitectures(space, new Set(groups.keys()));
    const inputs = environment.observationSpace.low.length;
    const outputs = countActions(environment);
    this.space = space;
    this.#configuration = configuration;
    this.steps = this.#wholeSteps(configuration.steps);
    this.entries = architectures.map((decoded) => {
      const architecture = formatArchitecture(decoded);
      const shape = networkShape(decoded, inputs, outputs);
      const group = (groups.get(architecture) ?? []).toSorted((a, b) => a.round - b.round);
      const trueScore = mean(runScores(group, worst));
      return { architecture, parameterCount: parameterCount(shape), shape, runs: group, trueScore };
    });
    this.best = this.entries.toSorted(
      (a, b) => b.trueScore - a.trueScore || a.parameterCount - b.parameterCount,
    )[0];
    this.meanScore = mean(this.entries.map(({ trueScore }) => trueScore));
  }

  /** @throws RangeError for a sample that doesn't belong to the space. */
  entryOf(sample: Sample): TableEntry {
    return this.entries[sampleIndex(this.space, sample)];
  }

  /** The work of a training, in the multiply-adds of src/search/work.ts. */
  workOf({ shape }: TableEntry, steps = this.steps): number {
    const { hyperparameters } = this.#configuration;
    const taken = this.#wholeSteps(steps);
    return trainingWork(shape, hyperparameters.batchSize, updatesAt(taken, hyperparameters), taken);
  }

  /** Of a training of an architecture that is drawn uniformly. */
  meanWork(steps = this.steps): number {
    return mean(this.entries.map((entry) => this.workOf(entry, steps)));
  }

  /**
   * How a training of an architecture went: one of its runs, drawn uniformly. After fewer steps than the whole the
   * score is what its learning curve had come to.
   * @param steps from 1 to the table's.
   */
  outcomeOf({ runs }: TableEntry, steps: number, random: RandomStream): Outcome {
    const run = runs[random.integers(0, runs.length)];
    if (run.state === 'failed') return { score: Number.NEGATIVE_INFINITY, solved: false };
    const score = steps >= this.steps ? run.score : averageReturnAt(run.curve, steps);
    return { score, solved: run.solvedAt !== null && run.solvedAt <= steps };
  }

  /** Steps are taken in all environments at once. */
  #wholeSteps(steps: number): number {
    const { environments } = this.#configuration.hyperparameters;
    return Math.ceil(steps / environments) * environments;
  }
}
