/**
 * What the searches of a comparison say, strategy by strategy: by the retrainings of their winners (verdict.ts), never by
 * scores of the searches. Retrainings are the unit, not episodes.
 *
 * - The interquartile mean is of all retrainings of the winners; its interval is by bootstrap, stratified by the seed of
 *   the search (Agarwal et al. 2021). It tells how well these winners are known. That another seed may give another
 *   winner isn't in it.
 * - That is in Student's interval of the mean over the seeds of the winners' interquartile means, from three seeds on.
 * - Against random search stand the mean difference of the interquartile means seed by seed, with Student's interval,
 *   and the probability that a retraining of the winner beats one of random search's winner on the same seed, on the
 *   average over the seeds. Drawing retrainings within seeds gives that no fair interval: where one seed is won for sure
 *   and the other lost for sure, it would be a point at one half.
 *
 * As in a race a failed retraining counts as the worst score, here the lowest return of any episode of the whole
 * comparison; a search without a winner counts as one whose retrainings all failed.
 */
import type { RandomStream } from '../random/random-stream.ts';
import { stratifiedBootstrap } from '../statistics/bootstrap.ts';
import { type Interval, meanInterval } from '../statistics/interval.ts';
import { probabilityOfImprovement } from '../statistics/probability-of-improvement.ts';
import { interquartileMean, mean } from '../statistics/sample.ts';
import { episodeReturns, minimumRuns, pairedInterval, runScores, worstReturn } from './racing.ts';
import type { FinishedStudy, PlannedStudy } from './search-comparison.ts';
import type { StudySnapshot } from './storage.ts';
import { findWinner } from './verdict.ts';

/** A study that is done, and what it left. */
export interface StudyRecord extends FinishedStudy {
  readonly snapshot: Pick<StudySnapshot, 'configuration' | 'trials' | 'verdict'>;
}

/** How one search ended. */
export interface SearchEnd {
  readonly seed: number;
  /** Undefined where every finalist's retraining failed, or there was no finalist. */
  readonly winner:
    | { readonly name: string; readonly architecture: string; readonly parameterCount: number }
    | undefined;
  /** One per retraining of the winner. */
  readonly scores: readonly number[];
  /** Of the scores. */
  readonly interquartileMean: number;
  /** Trainings of the search; undefined where all architectures were trained at once. */
  readonly trials: number | undefined;
  /** Multiply-adds of the search; as a share of the budget, the first strategy's work, too. */
  readonly work: number;
  readonly workShare: number;
  /** Wall time of search and verification. */
  readonly seconds: number;
}

export interface AgainstRandom {
  /** That a retraining of the winner is better than one of random search's, half for a tie. */
  readonly probabilityOfImprovement: number;
  /** Of the interquartile means, on the average over the seeds: strategy − random search. */
  readonly difference: number;
  /** Of the difference: 95 %, Student's. Undefined for fewer than three seeds. */
  readonly interval: Interval | undefined;
}

export interface ComparedStrategy {
  readonly name: PlannedStudy['strategy'];
  /** Of the scores of all seeds. */
  readonly interquartileMean: number;
  /** Of that: 95 %, by bootstrap within the seeds. Undefined where winners have a single retraining. */
  readonly interval: Interval | undefined;
  /** Mean over the seeds of the interquartile means. */
  readonly mean: number;
  /** Of the mean: 95 %, Student's. Undefined for fewer than three seeds. */
  readonly meanInterval: Interval | undefined;
  /** Undefined for random search itself, and without it. */
  readonly againstRandom: AgainstRandom | undefined;
  /** Means over the seeds of what the searches took. */
  readonly trials: number | undefined;
  readonly workShare: number;
  readonly seconds: number;
  /** By seed. */
  readonly searches: readonly SearchEnd[];
  /** Returns of all test episodes of the winners. */
  readonly returns: readonly number[];
}

function describeSearch(
  { seed, work, seconds, snapshot }: StudyRecord,
  budget: number,
  worst: number,
): { readonly end: SearchEnd; readonly returns: readonly number[] } {
  const { configuration, trials, verdict } = snapshot;
  const { verification, strategy } = configuration;
  const winner = verdict && findWinner(verdict.finalists);
  const scores = winner
    ? runScores(winner.runs, worst)
    : Array.from({ length: verification.seeds }, () => worst);
  const returns = winner
    ? episodeReturns(winner.runs, worst)
    : scores.flatMap(() => Array.from({ length: verification.episodes }, () => worst));
  const { name, architecture, parameterCount } = winner?.candidate ?? {};
  const end: SearchEnd = {
    seed,
    winner:
      name !== undefined && architecture !== undefined && parameterCount !== undefined
        ? { name, architecture, parameterCount }
        : undefined,
    scores,
    interquartileMean: interquartileMean(scores),
    trials: strategy.name === 'enas' ? undefined : trials.filter(({ phase }) => phase === 'search').length,
    work,
    workShare: work / budget,
    seconds,
  };
  return { end, returns };
}

function summarise(
  name: ComparedStrategy['name'],
  described: readonly ReturnType<typeof describeSearch>[],
  random: RandomStream,
): ComparedStrategy {
  const searches = described.map(({ end }) => end);
  const strata = searches.map(({ scores }) => scores);
  const means = searches.map((search) => search.interquartileMean);
  const trials = searches.flatMap((search) => search.trials ?? []);
  return {
    name,
    interquartileMean: interquartileMean(strata.flat()),
    interval: strata.some((scores) => scores.length < 2)
      ? undefined
      : stratifiedBootstrap(strata, (drawn) => interquartileMean(drawn.flat()), {
          random: random.fork(`interquartile mean/${name}`),
        }),
    mean: mean(means),
    meanInterval: means.length < minimumRuns ? undefined : meanInterval(means),
    againstRandom: undefined,
    trials: trials.length === 0 ? undefined : mean(trials),
    workShare: mean(searches.map(({ workShare }) => workShare)),
    seconds: mean(searches.map(({ seconds }) => seconds)),
    searches,
    returns: described.flatMap(({ returns }) => returns),
  };
}

/** Both by seed, on the same ones. */
function compareWithRandom(searches: readonly SearchEnd[], others: readonly SearchEnd[]): AgainstRandom {
  const means = searches.map((search) => search.interquartileMean);
  const otherMeans = others.map((search) => search.interquartileMean);
  return {
    probabilityOfImprovement: mean(
      searches.map(({ scores }, i) => probabilityOfImprovement(scores, others[i].scores)),
    ),
    difference: mean(means) - mean(otherMeans),
    interval: pairedInterval(means, otherMeans),
  };
}

/**
 * @param studies all of the plan, in its order. @param random forked for every interval.
 * @throws RangeError when no retraining of any study is complete.
 */
export function summariseComparison(
  studies: readonly StudyRecord[],
  random: RandomStream,
): readonly ComparedStrategy[] {
  const racers = studies.flatMap(({ snapshot }) => snapshot.verdict?.finalists ?? []);
  const worst = worstReturn(racers);
  if (worst === undefined) {
    throw new RangeError('no retraining of any search is complete; expected some to compare');
  }
  const groups = [...Map.groupBy(studies, ({ strategy }) => strategy)];
  const budgets = new Map(groups[0][1].map(({ seed, work }) => [seed, work]));
  const results = groups.map(([name, group]) => {
    const described = group.map((study) =>
      describeSearch(study, budgets.get(study.seed) ?? study.work, worst),
    );
    return summarise(name, described, random);
  });
  const control = results.find(({ name }) => name === 'random');
  if (control === undefined) return results;
  return results.map((result) =>
    result === control
      ? result
      : { ...result, againstRandom: compareWithRandom(result.searches, control.searches) },
  );
}
