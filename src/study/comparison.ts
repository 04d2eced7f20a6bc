/**
 * Strategies compared on a table of runs: each is replayed with the same budget of work on many seeds, and judged by
 * what the architecture that it puts forward is truly worth, not by the score that it saw.
 */
import { countActions } from '../agents/dqn.ts';
import { unknownName } from '../errors/unknown-name.ts';
import { validate } from '../errors/validate.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { RandomStream } from '../random/random-stream.ts';
import { spaceSize } from '../search/space.ts';
import {
  createStrategy,
  strategyNames,
  strategySchema,
  type TrialStrategySettings,
  type TrialTask,
} from '../search/strategies.ts';
import { stratifiedBootstrap } from '../statistics/bootstrap.ts';
import type { Interval } from '../statistics/interval.ts';
import { probabilityOfImprovement } from '../statistics/probability-of-improvement.ts';
import { mean } from '../statistics/sample.ts';
import { settingsForBudget } from './budgeted-settings.ts';
import { replaySearch, type ReplayedTrial } from './replay.ts';
import type { RunTable } from './run-table.ts';

/** Those that propose one training after another. */
export type ReplayableName = TrialStrategySettings['name'];

export const replayableNames: readonly ReplayableName[] = strategyNames.filter((name) => name !== 'enas');

/** Points of the curves, at most, besides the one at 0. */
const curvePoints = 60;

/** A strategy's name, and the settings that are not its defaults. */
export type StrategyChoice = { readonly name: ReplayableName } & Readonly<Record<string, unknown>>;

export interface ComparisonOptions {
  /** At least one, no two of one name. */
  readonly strategies: readonly StrategyChoice[];
  /** The budget, in whole trainings of a mean architecture of the space; ≥ 1. */
  readonly trials: number;
  /** Searches per strategy, ≥ 1. */
  readonly seeds: number;
  /** Of everything random. */
  readonly seed: number;
}

/** What the searches have come to, on the average over the seeds. */
export interface ComparisonPoint {
  /** In whole trainings of a mean architecture. */
  readonly work: number;
  /** Mean true score of the incumbents; a search without one is worth an architecture that is picked blindly. */
  readonly score: number;
  /** Of the mean: 95 %, by bootstrap over the seeds. Undefined for a single seed. */
  readonly interval: Interval | undefined;
}

/** How one search ended. */
export interface SearchChoice {
  /** Undefined where no trial was complete within the budget. */
  readonly architecture: string | undefined;
  /** The true one. */
  readonly score: number;
  readonly trials: number;
  /** In whole trainings of a mean architecture. */
  readonly work: number;
}

export interface StrategyResult extends Pick<ComparisonPoint, 'score' | 'interval'> {
  readonly name: ReplayableName;
  /** How much better the best architecture of the table is than the choices, on the average. */
  readonly regret: number;
  /** The probability that its choice is better than random search's, a tie counting half; undefined without that. */
  readonly improvementOverRandom: number | undefined;
  /** Means over the seeds. */
  readonly trials: number;
  readonly work: number;
  /** From no work to all of the budget. */
  readonly curve: readonly ComparisonPoint[];
  /** By seed. */
  readonly choices: readonly SearchChoice[];
}

/** @throws RangeError for a strategy that is unknown, can't be replayed or is named twice. */
export function parseReplayable(names: readonly string[]): readonly ReplayableName[] {
  return names.map((name, i) => {
    if (name === 'enas') {
      throw new RangeError(
        `strategy enas can't be replayed: it trains all architectures at once, a table has trainings of single ones; expected ${replayableNames.join(', ')}`,
      );
    }
    const known = replayableNames.find((candidate) => candidate === name);
    if (known === undefined) throw unknownName('strategy', name, replayableNames);
    if (names.indexOf(name) < i)
      throw new RangeError(`strategy ${name} is named twice; expected every one once`);
    return known;
  });
}

/**
 * The settings of a search, with as many trials as the budget allows; halving's configurations only unless they are
 * chosen.
 * @throws RangeError in one line for settings that aren't the strategy's.
 */
function settingsOf(choice: StrategyChoice, table: RunTable, trials: number): TrialStrategySettings {
  // Never enas: that isn't among the names.
  const settings = validate(strategySchema, choice, `strategy ${choice.name}`) as TrialStrategySettings;
  if ('configurations' in choice) return settings;
  return settingsForBudget(settings, {
    budget: trials * table.meanWork(),
    spaceSize: spaceSize(table.space),
    steps: table.steps,
    meanWork: (steps) => table.meanWork(steps),
  });
}

/** Of the mean over seeds. */
function meanOverSeeds(scores: readonly number[], random: RandomStream) {
  const interval =
    scores.length < 2 ? undefined : stratifiedBootstrap([scores], ([drawn]) => mean(drawn), { random });
  return { score: mean(scores), interval };
}

/** Replays every strategy on every seed. */
export class Comparison {
  readonly table: RunTable;
  readonly options: ComparisonOptions;
  readonly #task: TrialTask;
  readonly #root: RandomStream;
  /** The work of a whole training of a mean architecture. */
  readonly #unit: number;

  constructor(table: RunTable, environment: EnvironmentSpec, options: ComparisonOptions) {
    this.table = table;
    this.options = options;
    this.#task = {
      inputs: environment.observationSpace.low.length,
      outputs: countActions(environment),
      rewardThreshold: environment.rewardThreshold,
      steps: table.steps,
    };
    this.#root = new RandomStream(options.seed);
    this.#unit = table.meanWork();
  }

  /**
   * @param onSearch is called after every search.
   * @throws RangeError when a strategy can't work on the environment.
   */
  run(onSearch: (name: ReplayableName) => void): readonly StrategyResult[] {
    const results = this.options.strategies.map((choice) =>
      this.#summarise(choice.name, this.#replay(choice, onSearch)),
    );
    const scoresOf = ({ choices }: Pick<StrategyResult, 'choices'>) => choices.map(({ score }) => score);
    const control = results.find(({ name }) => name === 'random');
    return results.map((result) => ({
      ...result,
      improvementOverRandom:
        control === undefined || control === result
          ? undefined
          : probabilityOfImprovement(scoresOf(result), scoresOf(control)),
    }));
  }

  /** The trials of the searches of a strategy, by seed. */
  #replay(
    choice: StrategyChoice,
    onSearch: (name: ReplayableName) => void,
  ): readonly (readonly ReplayedTrial[])[] {
    const { trials, seeds } = this.options;
    const settings = settingsOf(choice, this.table, trials);
    return Array.from({ length: seeds }, (_, i) => {
      const random = this.#root.fork(`search/${i}`);
      const strategy = createStrategy(settings, this.table.space, this.#task, random.fork('strategy'));
      const search = replaySearch(strategy, this.table, trials * this.#unit, random);
      onSearch(choice.name);
      return search;
    });
  }

  #summarise(name: ReplayableName, searches: readonly (readonly ReplayedTrial[])[]) {
    const { trials } = this.options;
    const intervals = Math.min(trials, curvePoints);
    const curve = Array.from({ length: intervals + 1 }, (_, i): ComparisonPoint => {
      const work = (i * trials) / intervals;
      const random = this.#root.fork(`bootstrap/${name}/${i}`);
      return { work, ...meanOverSeeds(this.#scoresAt(searches, i === intervals ? undefined : work), random) };
    });
    const choices = searches.map((search): SearchChoice => {
      const last = search.at(-1);
      return {
        architecture: last?.incumbent?.architecture,
        score: last?.incumbent?.trueScore ?? this.table.meanScore,
        trials: search.length,
        work: (last?.workSoFar ?? 0) / this.#unit,
      };
    });
    const { score, interval } = curve[intervals];
    return {
      name,
      score,
      interval,
      regret: this.table.best.trueScore - score,
      trials: mean(choices.map((choice) => choice.trials)),
      work: mean(choices.map((choice) => choice.work)),
      curve,
      choices,
    };
  }

  /** The true scores of the incumbents by seed. @param work in units; at the end if absent. */
  #scoresAt(searches: readonly (readonly ReplayedTrial[])[], work = Number.POSITIVE_INFINITY): number[] {
    return searches.map((search) => {
      const last = search.findLast(({ workSoFar }) => workSoFar <= work * this.#unit);
      return last?.incumbent?.trueScore ?? this.table.meanScore;
    });
  }
}
