/** Replays of a search on a table of runs: its trials one after another, within a budget of work. */
import type { RandomStream } from '../random/random-stream.ts';
import type { Strategy } from '../search/strategy.ts';
import type { RunTable, TableEntry } from './run-table.ts';
import { compareTrials, type TrialRank } from './trial.ts';

/** The whole space once is to fit into the sum of its trainings, in whatever order they are added up. */
const rounding = 1e-9;

interface RankedTrial extends TrialRank {
  readonly entry: TableEntry;
}

/** The score is the observed one; −Infinity for a trial that failed. */
export interface ReplayedTrial extends RankedTrial {
  /** Of all trials up to this one's end, in multiply-adds. */
  readonly workSoFar: number;
  /** The architecture that a study would put forward now, that of the trial that ranks first; undefined while all failed. */
  readonly incumbent: TableEntry | undefined;
}

/**
 * Asks and tells until the strategy is done or a trial doesn't fit into what is left of the budget; that is not begun,
 * as in a study's control.
 * @param budget in multiply-adds. @param random forked for every trial, to draw its run.
 * @throws Error for a strategy that waits though it has heard all outcomes.
 */
export function replaySearch(
  strategy: Strategy,
  table: RunTable,
  budget: number,
  random: RandomStream,
): readonly ReplayedTrial[] {
  const trials: ReplayedTrial[] = [];
  let first: RankedTrial | undefined;
  let work = 0;
  for (let number = 0; ; number++) {
    const proposal = strategy.ask(number);
    if (proposal === 'done') return trials;
    if (proposal === 'wait') {
      throw new Error(`strategy ${strategy.name} waits at trial ${number}; it has heard all outcomes`);
    }
    const entry = table.entryOf(proposal.sample);
    const steps = proposal.steps ?? table.steps;
    work += table.workOf(entry, steps);
    if (work > budget * (1 + rounding)) return trials;
    const outcome = table.outcomeOf(entry, steps, random.fork(`trial/${number}`));
    strategy.tell(number, outcome);
    const { parameterCount } = entry;
    const trial = { number, parameterCount, budget: steps, score: outcome.score };
    const counts = outcome.score > Number.NEGATIVE_INFINITY;
    if (counts && (first === undefined || compareTrials(trial, first) < 0)) first = { ...trial, entry };
    trials.push({ ...trial, entry, workSoFar: work, incumbent: first?.entry });
  }
}
