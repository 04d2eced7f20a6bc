/**
 * Racing of finalists (Maron & Moore 1994; Birattari et al. 2002): all are trained from scratch on one fresh seed after
 * another, and fewer of them from round to round, so that the runs go where the best is to be found.
 *
 * The rule. In a round all finalists train on the same seed, so that their scores are compared in pairs. They are ranked
 * by the interquartile mean of their scores. After every round but the last,
 *
 * - the best third of those that are left stay, and two at least. This rejects without proof, as whoever has a fixed
 *   number of runs to find the best of many must (Audibert et al. 2010, *Best arm identification in multi-armed bandits*;
 *   Karnin et al. 2013): six finalists and five seeds take 14 runs instead of 30;
 * - from the third round on, whoever Student's 95 % interval of the paired differences from the best shows to be behind
 *   drops out, too. Runs are the unit, not episodes: what differs from seed to seed is the training. Student's interval,
 *   because resampling three or five differences gives intervals that are much too narrow. Looking after every round makes
 *   a wrong dismissal more likely than 5 %; for the few rounds of a race that is accepted.
 *
 * A run that failed (its training diverged, its thread ran out of memory) counts as the worst score: the lowest return
 * of any episode of the whole race.
 */
import { type Interval, meanInterval } from '../statistics/interval.ts';
import { interquartileMean } from '../statistics/sample.ts';
import type { Candidate, TrainingSummary } from './trial.ts';

interface RunStart {
  /** Of the training. */
  readonly seed: number;
  /** Wall time of training and episodes; differs from time to time, unlike everything else here. */
  readonly seconds: number;
}

/** A run with a score. */
export interface CompleteRun extends RunStart {
  /** Tells it from a failed one. */
  readonly state: 'complete';
  /** Mean undiscounted return of the test episodes. */
  readonly score: number;
  /** One return per test episode. */
  readonly returns: readonly number[];
  /** How its training went. */
  readonly training: TrainingSummary;
}

/** A run without a result; it counts as the lowest return of any episode of the race. */
export interface FailedRun extends RunStart {
  /** Tells it from a complete one. */
  readonly state: 'failed';
  /** Why, in one line. */
  readonly error: string;
}

/** One training of a finalist from scratch, and the test episodes after it. */
export type Run = CompleteRun | FailedRun;

/** A finalist and what became of it. */
export interface Racer {
  /** As the search put it forward. */
  readonly candidate: Candidate;
  /** One per round that it took part in. */
  readonly runs: readonly Run[];
  /** The round after which it dropped out; undefined if it raced to the end. */
  readonly droppedAfter: number | undefined;
}

/** What a score needs to know of a run. */
type ScoredRun = Pick<CompleteRun, 'state' | 'score' | 'returns'> | Pick<FailedRun, 'state'>;

/** Fewer runs than this can't be told apart. */
export const minimumRuns = 3;

/** What a failed run counts as; undefined while no run is complete. */
export function worstReturn(racers: readonly { readonly runs: readonly ScoredRun[] }[]): number | undefined {
  let worst = Infinity;
  for (const { runs } of racers) {
    for (const run of runs) {
      if (run.state === 'complete') for (const value of run.returns) worst = Math.min(worst, value);
    }
  }
  return worst === Infinity ? undefined : worst;
}

/** A number per run. @param worst what a failed one counts as. */
export function runScores(runs: readonly ScoredRun[], worst: number): number[] {
  return runs.map((run) => (run.state === 'complete' ? run.score : worst));
}

/**
 * The test episodes of all runs. A failed run has as many as the others, all of them with the worst return.
 * @param worst what a failed run counts as.
 */
export function episodeReturns(runs: readonly ScoredRun[], worst: number): number[] {
  const episodes = Math.max(1, ...runs.map((run) => (run.state === 'complete' ? run.returns.length : 0)));
  return runs.flatMap((run) =>
    run.state === 'complete' ? run.returns : Array.from({ length: episodes }, () => worst),
  );
}

/**
 * Those that didn't drop out, by the interquartile means of their scores from the highest on; of equal ones the smaller
 * network, then the earlier in the ranking.
 */
function rankRacers(racers: readonly Racer[], worst: number): readonly Racer[] {
  const left = racers.filter(({ droppedAfter }) => droppedAfter === undefined);
  const means = new Map(left.map((racer) => [racer, interquartileMean(runScores(racer.runs, worst))]));
  const meanOf = (racer: Racer) => means.get(racer) as number;
  return left.toSorted(
    (a, b) => meanOf(b) - meanOf(a) || a.candidate.parameterCount - b.candidate.parameterCount,
  );
}

const hasCompleteRun = ({ runs }: Racer) => runs.some((run) => run.state === 'complete');

/** The first of those that didn't drop out and have a complete run, ranked as in a race. */
export function findBest(racers: readonly Racer[], worst: number): Racer | undefined {
  return rankRacers(racers, worst).find(hasCompleteRun);
}

/** Of so many racers, how many stay after a round at most. */
const placesAfter = (racers: number) => Math.max(2, Math.ceil(racers / 3));

/** Runs of a race in which nobody is shown to be behind. */
export function countRuns(finalists: number, rounds: number): number {
  let runs = 0;
  for (let round = 1, left = finalists; round <= rounds; round++, left = Math.min(left, placesAfter(left)))
    runs += left;
  return runs;
}

/**
 * Student's 95 % interval of the mean paired difference `scores − others`, over the rounds that both took part in;
 * undefined for fewer than three.
 */
export function pairedInterval(scores: readonly number[], others: readonly number[]): Interval | undefined {
  const count = Math.min(scores.length, others.length);
  if (count < minimumRuns) return undefined;
  return meanInterval(Array.from({ length: count }, (_, i) => scores[i] - others[i]));
}

/** Who of a field drops out after a round. */
function dropAfter(field: readonly Racer[], worst: number, round: number): readonly Racer[] {
  const ranking = rankRacers(field, worst);
  const best = ranking.find(hasCompleteRun);
  if (best === undefined) return field;
  const staying = new Set(ranking.slice(0, placesAfter(ranking.length)));
  const bestScores = runScores(best.runs, worst);
  return field.map((racer) => {
    if (racer.droppedAfter !== undefined || racer === best) return racer;
    const difference = pairedInterval(runScores(racer.runs, worst), bestScores);
    const isBehind = difference !== undefined && difference.high < 0;
    return isBehind || !staying.has(racer) ? { ...racer, droppedAfter: round } : racer;
  });
}

/**
 * Runs the rounds. Fields race for themselves, on the same seeds; an architecture that is in several of them is
 * trained once. After the last round nobody drops out: who is behind then, the verdict says.
 * @param runRound trains these candidates on that round's seed (1, 2, …): a run each, in their order.
 * @param onDrop called for every racer that drops out, with the index of its field.
 * @returns the fields with all their runs.
 */
export async function race(
  fields: readonly (readonly Candidate[])[],
  rounds: number,
  runRound: (candidates: readonly Candidate[], round: number) => Promise<readonly Run[]>,
  onDrop: (racer: Racer, field: number) => void,
): Promise<readonly (readonly Racer[])[]> {
  let racing: readonly (readonly Racer[])[] = fields.map((field) =>
    field.map((candidate) => ({ candidate, runs: [], droppedAfter: undefined })),
  );
  for (let round = 1; round <= rounds; round++) {
    const left = racing.flat().filter(({ droppedAfter }) => droppedAfter === undefined);
    const entered = new Map(left.map(({ candidate }) => [candidate.name, candidate]));
    const runs = await runRound([...entered.values()], round);
    const runOf = new Map([...entered.keys()].map((name, i) => [name, runs[i]]));
    racing = racing.map((field) =>
      field.map((racer) =>
        racer.droppedAfter === undefined
          ? { ...racer, runs: [...racer.runs, runOf.get(racer.candidate.name) as Run] }
          : racer,
      ),
    );
    const worst = worstReturn(racing.flat());
    if (round === rounds || worst === undefined) continue;
    racing = racing.map((field) => dropAfter(field, worst, round));
    for (const [index, field] of racing.entries()) {
      for (const racer of field) if (racer.droppedAfter === round) onDrop(racer, index);
    }
  }
  return racing;
}
