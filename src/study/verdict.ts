/**
 * The verdict of a study. Scores of a search are noisy, and the best of many is too good to be true; so its finalists
 * are trained again from scratch on fresh seeds and play test episodes that neither training nor selection has seen
 * (racing.ts). The verdict is what these runs say:
 *
 * - The best finalist is the one with the highest interquartile mean of its runs. Those that are not shown to be
 *   worse are *tied* with it: they raced to the end, Student's 95 % interval of their paired differences from the best
 *   doesn't lie below 0, and their mean is within one standard error of the best's (the rule by which Breiman et al. 1984
 *   choose the simplest tree): a few seeds leave the interval wide, and a network that is only not proven worse should
 *   not win for its size. With fewer than three seeds nothing can be shown, and only the best counts as tied.
 * - The winner is the smallest network among the tied. The model that is kept is its run of median score, the lower of
 *   two medians: what a training of this architecture gives, not the luckiest one.
 * - Beside it stands the control, the winner that random search has by the same rule after equal work (Li & Talwalkar
 *   2019). One is better than the other where Student's interval of their paired differences excludes 0.
 *
 * Interquartile means have 95 % intervals from a bootstrap over runs (Agarwal et al. 2021); those of few runs are too
 * narrow, so no decision rests on them.
 */
import type { RandomStream } from '../random/random-stream.ts';
import { stratifiedBootstrap } from '../statistics/bootstrap.ts';
import type { Interval } from '../statistics/interval.ts';
import { kendallTau } from '../statistics/kendall-tau.ts';
import { probabilityOfImprovement } from '../statistics/probability-of-improvement.ts';
import { interquartileMean, mean, standardDeviation } from '../statistics/sample.ts';
import { type CompleteRun, findBest, pairedInterval, type Racer, runScores, worstReturn } from './racing.ts';
import { type Candidate, rankCandidates, type Trial } from './trial.ts';

/** Runs in numbers. A failed one counts as the lowest return of any episode of the race. */
export interface RunSummary {
  /** One per run. */
  readonly scores: readonly number[];
  /** Of the scores: the number to quote. */
  readonly interquartileMean: number;
  /** Of the interquartile mean: 95 %, by bootstrap. Undefined for a single run. */
  readonly interval: Interval | undefined;
  /** Of the scores. */
  readonly mean: number;
  /** Of the scores: what bad luck costs. */
  readonly lowest: number;
  /** Share of the test episodes with a return of at least the reward threshold, from 0 to 1, if there is one. */
  readonly solvedShare: number | undefined;
}

/** A finalist, its runs and what they say. */
export interface Finalist extends Racer {
  /** Undefined when no run of the race is complete, of whichever finalist. */
  readonly summary: RunSummary | undefined;
  /** Of the mean paired difference from the best: 95 %. Undefined for the best, and for fewer than three runs. */
  readonly difference: Interval | undefined;
  /** Whether it is the best or statistically tied with it. */
  readonly tied: boolean;
}

/** What a study ends with: the smallest network of those that are tied with the best. */
export interface Winner {
  /** The candidate's. */
  readonly name: string;
  /** As `parseArchitecture` reads it. */
  readonly architecture: string;
  /** Of the Q-network. */
  readonly parameterCount: number;
  /** Of the run whose model is kept. */
  readonly seed: number;
  /** Of that run. */
  readonly score: number;
}

/** Architectures that were not retrained because they have too many parameters. */
export interface LeftOut {
  /** How many. */
  readonly count: number;
  /** The one with the best score of the search. */
  readonly best: Candidate;
}

/** What the search found against what its control found: differences are winner − control's winner. */
export interface Comparison {
  /** Of the interquartile means. */
  readonly difference: number;
  /** Of that difference: 95 %, by bootstrap over seeds. Undefined for a single seed. */
  readonly interval: Interval | undefined;
  /** Student's, of the mean paired difference; undefined for fewer than three seeds. Decides the outcome. */
  readonly pairedInterval: Interval | undefined;
  /** That a run of the winner beats one of the control's winner; half for equal ones. */
  readonly probabilityOfImprovement: number;
  /** Whether the search beat random search, lost to it, or neither is shown. */
  readonly outcome: 'better' | 'tied' | 'worse';
}

/** Random search at equal work. */
export interface ControlVerdict {
  /** Architectures that it trained. */
  readonly trials: number;
  /** Of the control, in multiply-adds (src/search/work.ts). */
  readonly work: number;
  /** Of the search, which the control had to match. */
  readonly searchWork: number;
  /** In the order of its own ranking. */
  readonly finalists: readonly Finalist[];
  /** By the same rule as the study's. Undefined when no finalist of the control has a complete run. */
  readonly winner: Winner | undefined;
  /** Undefined where one side has no winner. */
  readonly comparison: Comparison | undefined;
}

/** Whether scores of the search tell what trainings from scratch do. */
export interface Fidelity {
  /** Kendall's tau-b between the two. */
  readonly tau: number;
  /** Architectures that have both. */
  readonly count: number;
}

/** What a study ends with: its finalists, retrained from scratch on fresh seeds, and what that says. */
export interface Verdict {
  /** In the order of the search's ranking; none where all candidates were left out. */
  readonly finalists: readonly Finalist[];
  /** Undefined when no finalist has a complete run. */
  readonly winner: Winner | undefined;
  /** Undefined where none was too large. */
  readonly leftOut: LeftOut | undefined;
  /** Undefined where none was asked for. */
  readonly control: ControlVerdict | undefined;
  /** Undefined for fewer than three architectures, and for a ranking of nothing but ties. */
  readonly fidelity: Fidelity | undefined;
}

/** Whether random search found the winner, too: both have the same runs then, and there is nothing to compare. */
export const isFoundByControl = ({ winner, control }: Pick<Verdict, 'winner' | 'control'>): boolean =>
  winner !== undefined && winner.name === control?.winner?.name;

/** What a verdict is made from. */
export interface Evidence {
  /** After the race. */
  readonly finalists: readonly Racer[];
  readonly leftOut: LeftOut | undefined;
  readonly control:
    | (Pick<ControlVerdict, 'work' | 'searchWork'> & { readonly finalists: readonly Racer[] })
    | undefined;
  /** The search's whole ranking. */
  readonly ranking: readonly Candidate[];
  /** Of both phases. */
  readonly trials: readonly Trial[];
  /** The return that counts as solved, if there is one. */
  readonly threshold: number | undefined;
  /** Forked for every interval. */
  readonly random: RandomStream;
}

/** Share of all episodes with at least this return; those of failed runs fall short of it. */
function shareAtLeast(threshold: number, { runs }: Racer): number {
  const played = runs.filter((run) => run.state === 'complete').map((run) => run.returns);
  const solved = played.flat().filter((value) => value >= threshold).length;
  const episodes = Math.max(1, ...played.map((returns) => returns.length));
  return solved / (episodes * runs.length);
}

/**
 * Of the interquartile mean of a candidate's runs, 95 %; undefined for a single run. The intervals of one candidate are
 * the same in all fields.
 */
export function bootstrapInterval(
  scores: readonly number[],
  name: string,
  random: RandomStream,
): Interval | undefined {
  if (scores.length < 2) return undefined;
  const stream = random.fork(`interquartile mean/${name}`);
  return stratifiedBootstrap([scores], ([drawn]) => interquartileMean(drawn), { random: stream });
}

function summariseRuns(racer: Racer, worst: number, { threshold, random }: Evidence): RunSummary {
  const scores = runScores(racer.runs, worst);
  return {
    scores,
    interquartileMean: interquartileMean(scores),
    interval: bootstrapInterval(scores, racer.candidate.name, random),
    mean: mean(scores),
    lowest: Math.min(...scores),
    solvedShare: threshold === undefined ? undefined : shareAtLeast(threshold, racer),
  };
}

/** Of the mean of the runs; 0 for a single one. */
const standardError = (scores: readonly number[]): number =>
  scores.length < 2 ? 0 : standardDeviation(scores) / Math.sqrt(scores.length);

/** @param worst what a failed run counts as; undefined where all failed. */
function describeField(
  field: readonly Racer[],
  worst: number | undefined,
  evidence: Evidence,
): readonly Finalist[] {
  if (worst === undefined) {
    return field.map((racer) => ({ ...racer, summary: undefined, difference: undefined, tied: false }));
  }
  const best = findBest(field, worst);
  const bestScores = best && runScores(best.runs, worst);
  return field.map((racer) => {
    const summary = summariseRuns(racer, worst, evidence);
    const difference = racer === best || !bestScores ? undefined : pairedInterval(summary.scores, bestScores);
    const isAble = racer.droppedAfter === undefined && racer.runs.some((run) => run.state === 'complete');
    const isClose = bestScores !== undefined && summary.mean >= mean(bestScores) - standardError(bestScores);
    const isNotWorse = difference !== undefined && difference.high >= 0;
    const tied = racer === best || (isAble && isClose && isNotWorse);
    return { ...racer, summary, difference, tied };
  });
}

/** The complete run of median score: the lower of two medians; the lowest complete one where that run failed. */
export function medianRun({ runs }: Racer): CompleteRun | undefined {
  const complete = runs.filter((run) => run.state === 'complete').toSorted((a, b) => a.score - b.score);
  const failures = runs.length - complete.length;
  return complete[Math.max(0, Math.floor((runs.length - 1) / 2) - failures)];
}

/** The smallest network of the tied; of equally small ones the better, then the earlier in the ranking. */
export function findWinner(finalists: readonly Finalist[]): Finalist | undefined {
  return finalists
    .filter(({ tied }) => tied)
    .toSorted(
      (a, b) =>
        a.candidate.parameterCount - b.candidate.parameterCount ||
        (b.summary?.interquartileMean ?? 0) - (a.summary?.interquartileMean ?? 0),
    )[0];
}

function describeWinner(finalist: Finalist | undefined): Winner | undefined {
  if (finalist === undefined) return undefined;
  const run = medianRun(finalist);
  if (run === undefined) return undefined;
  const { name, architecture, parameterCount } = finalist.candidate;
  return { name, architecture, parameterCount, seed: run.seed, score: run.score };
}

/** Which of two is better, by Student's interval of their paired differences. */
function outcomeOf(interval: Interval | undefined): Comparison['outcome'] {
  if (interval !== undefined && interval.low > 0) return 'better';
  return interval !== undefined && interval.high < 0 ? 'worse' : 'tied';
}

/** @param scores one per seed, on the same seeds as the others. */
function compare(scores: readonly number[], others: readonly number[], random: RandomStream): Comparison {
  const seeds = [...scores.keys()];
  // Seeds are drawn, not scores: the two were trained on the same ones.
  const differenceOver = (drawn: readonly number[]) =>
    interquartileMean(drawn.map((i) => scores[i])) - interquartileMean(drawn.map((i) => others[i]));
  const paired = pairedInterval(scores, others);
  return {
    difference: differenceOver(seeds),
    interval:
      seeds.length < 2
        ? undefined
        : stratifiedBootstrap([seeds], ([drawn]) => differenceOver(drawn), {
            random: random.fork('difference'),
          }),
    pairedInterval: paired,
    probabilityOfImprovement: probabilityOfImprovement(scores, others),
    outcome: outcomeOf(paired),
  };
}

function judgeControl(
  winner: Finalist | undefined,
  control: NonNullable<Evidence['control']>,
  worst: number | undefined,
  evidence: Evidence,
): ControlVerdict {
  const { work, searchWork } = control;
  const finalists = describeField(control.finalists, worst, evidence);
  const found = findWinner(finalists);
  const scores = winner?.summary?.scores;
  const others = found?.summary?.scores;
  return {
    trials: evidence.trials.filter(({ phase }) => phase === 'control').length,
    work,
    searchWork,
    finalists,
    winner: describeWinner(found),
    comparison: scores && others && compare(scores, others, evidence.random),
  };
}

/**
 * Scores of the search against trainings from scratch, architecture by architecture: the mean score of its runs, or
 * where it was not a finalist its score as a trial of the control.
 */
function measureFidelity(
  finalists: readonly Finalist[],
  { ranking, trials }: Pick<Evidence, 'ranking' | 'trials'>,
): Fidelity | undefined {
  const fromScratch = new Map([
    ...rankCandidates(trials, 'control').map(({ name, score }) => [name, score] as const),
    ...finalists.flatMap(({ candidate, summary }) =>
      summary ? [[candidate.name, summary.mean] as const] : [],
    ),
  ]);
  const both = ranking.filter(({ name }) => fromScratch.has(name));
  if (both.length < 3) return undefined;
  const tau = kendallTau(
    both.map(({ score }) => score),
    both.map(({ name }) => fromScratch.get(name) as number),
  );
  return Number.isNaN(tau) ? undefined : { tau, count: both.length };
}

export function createVerdict(evidence: Evidence): Verdict {
  const { finalists: field, control, leftOut } = evidence;
  const worst = worstReturn([...field, ...(control?.finalists ?? [])]);
  const finalists = describeField(field, worst, evidence);
  const winner = findWinner(finalists);
  const ofControl = control && judgeControl(winner, control, worst, evidence);
  return {
    finalists,
    winner: describeWinner(winner),
    leftOut,
    control: ofControl,
    fidelity: measureFidelity([...finalists, ...(ofControl?.finalists ?? [])], evidence),
  };
}
