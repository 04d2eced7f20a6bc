/** A study's verdict in words: why the winner, its control, what the scores were worth. For terminal and page alike. */
import type { Interval } from '../statistics/interval.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import { minimumRuns } from '../study/racing.ts';
import type { Candidate } from '../study/trial.ts';
import {
  type ControlVerdict,
  type Finalist,
  findWinner,
  isFoundByControl,
  type Verdict,
  type Winner,
} from '../study/verdict.ts';
import { formatCount, formatNumberOf, formatPercent, formatScore } from './number-format.ts';

/** A name and what it is; of some the part that matters most. */
export type VerdictFact = readonly [name: string, value: string, emphasis?: string];

type Fact = VerdictFact;

/** The finalists as texts: a row each, in the order of the ranking. */
export interface FinalistTable {
  readonly columns: readonly { readonly title: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** With its sign: `+3.2` */
export const formatDifference = (value: number): string =>
  `${value < 0 ? '-' : '+'}${formatScore(Math.abs(value))}`;

/** `240.0 to 259.5` */
export const formatRange = ({ low, high }: Interval): string => `${formatScore(low)} to ${formatScore(high)}`;
const named = ({ name, parameterCount }: Winner | Candidate): string =>
  `${name} (${formatCount(parameterCount)} parameters)`;

/** How a finalist stands, in a word or two. */
export function describeStanding(finalist: Finalist, winner: Finalist | undefined): string {
  if (finalist === winner) return 'winner';
  if (finalist.tied) return 'tied';
  if (finalist.droppedAfter !== undefined) return `out after seed ${finalist.droppedAfter}`;
  if (finalist.runs.every(({ state }) => state === 'failed')) return 'failed';
  return finalist.difference === undefined ? '' : 'behind';
}

/** @param threshold the return that counts as solved. */
export function tabulateFinalists(
  finalists: readonly Finalist[],
  threshold: number | undefined,
): FinalistTable {
  const winner = findWinner(finalists);
  const number = (title: string) => ({ title, isNumber: true });
  const word = (title: string) => ({ title, isNumber: false });
  return {
    columns: [
      word('finalist'),
      ...['parameters', 'search score', 'IQM of runs', '95 % interval', 'lowest run'].map(number),
      ...(threshold === undefined ? [] : [number(`episodes ≥ ${threshold}`)]),
      word(''),
    ],
    rows: finalists.map((finalist) => {
      const { candidate, summary } = finalist;
      const { name, parameterCount, score } = candidate;
      return [
        name,
        formatCount(parameterCount),
        formatScore(score),
        summary ? formatScore(summary.interquartileMean) : '',
        summary?.interval ? formatRange(summary.interval) : '',
        summary ? formatScore(summary.lowest) : '',
        ...(threshold === undefined ? [] : [summary ? formatPercent(summary.solvedShare ?? 0) : '']),
        describeStanding(finalist, winner),
      ];
    }),
  };
}

/** Why this finalist is recommended. */
export function explainChoice(finalists: readonly Finalist[], seeds: number): string {
  const tied = finalists.filter((finalist) => finalist.tied).length;
  if (finalists.length === 1) return 'the only finalist';
  if (seeds < minimumRuns) {
    return `the best of ${finalists.length}; ${formatNumberOf(seeds, 'seed')} can't tell finalists apart, ${minimumRuns} can`;
  }
  const raced = finalists.some(({ droppedAfter }) => droppedAfter !== undefined)
    ? ' that raced to the end'
    : '';
  return tied === 1
    ? `the best of ${finalists.length}; no other${raced} comes within a standard error of it`
    : `the smallest of ${tied} finalists that ${seeds} seeds don't tell apart`;
}

function describeWinner(verdict: Verdict, { verification }: StudyConfiguration): Fact[] {
  const finalist = findWinner(verdict.finalists);
  const { winner } = verdict;
  if (!winner || !finalist?.summary) {
    const run = verdict.finalists.flatMap(({ runs }) => runs).find(({ state }) => state === 'failed');
    const reason = run?.state === 'failed' ? `every retraining failed: ${run.error}` : 'there is no finalist';
    return [['winner', `none: ${reason}`]];
  }
  const { interquartileMean, interval, scores } = finalist.summary;
  const { steps, episodes, seeds } = verification;
  const estimate = formatScore(interquartileMean);
  const bounds = interval ? `   95 % interval ${formatRange(interval)}` : '';
  return [
    ['winner', `${named(winner)}: ${explainChoice(verdict.finalists, seeds)}`],
    ['retrained', `from scratch on ${formatNumberOf(seeds, 'fresh seed')}, ${formatCount(steps)} steps each`],
    ['evaluated', `${formatCount(episodes)} greedy episodes after each, on seeds that nothing has seen`],
    ['runs', scores.map(formatScore).join(', ')],
    ['interquartile mean', `${estimate}${bounds}`, estimate],
    ['model kept', `of the run with median score, ${formatScore(winner.score)} (seed ${winner.seed})`],
  ];
}

function describeLeftOut({ leftOut }: Verdict, { verification }: StudyConfiguration): Fact[] {
  if (!leftOut) return [];
  const { name, score } = leftOut.best;
  const limit = formatCount(verification.maxParameters ?? 0);
  const what = formatNumberOf(leftOut.count, 'architecture');
  return [
    ['left out', `${what} of more than ${limit} parameters; the best, ${name}, scored ${formatScore(score)}`],
  ];
}

/** Whether the search was worth it, plainly. */
export function explainOutcome(comparison: NonNullable<ControlVerdict['comparison']>, seeds: number): string {
  const { outcome, pairedInterval } = comparison;
  switch (outcome) {
    case 'better':
      return 'the search beat random search';
    case 'worse':
      return 'the search lost to random search: better to take what that found';
    case 'tied':
      return pairedInterval === undefined
        ? `not known: ${formatNumberOf(seeds, 'seed')} can't tell search and random search apart, ${minimumRuns} can`
        : `tied: ${formatNumberOf(seeds, 'seed')} don't show that the search beats random search`;
    default:
      return outcome satisfies never;
  }
}

function describeControl(verdict: Verdict, { verification }: StudyConfiguration): Fact[] {
  const { control } = verdict;
  if (!control) return [['control', 'none, so nothing shows that the search beats chance: --control']];
  const { comparison, trials, work, searchWork } = control;
  const finalist = findWinner(control.finalists);
  const effort = `random search, ${formatNumberOf(trials, 'trial')}, ${formatPercent(work / searchWork)} of the search's work`;
  if (!finalist?.summary) return [['control', `${effort}: no winner`]];
  if (isFoundByControl(verdict)) {
    const outcome = 'tied: random search found the same network';
    return [
      ['control', effort],
      ['outcome', outcome, outcome],
    ];
  }
  const { interquartileMean, interval } = finalist.summary;
  const bounds = interval ? `   95 % interval ${formatRange(interval)}` : '';
  const facts: Fact[] = [
    ['control', effort],
    ["control's winner", named(finalist.candidate)],
    ['interquartile mean', `${formatScore(interquartileMean)}${bounds}`],
  ];
  if (!comparison) return facts;
  const { difference, interval: between, pairedInterval, probabilityOfImprovement } = comparison;
  const differenceBounds = between ? `   95 % interval ${formatRange(between)}, by bootstrap` : '';
  const paired: Fact[] = pairedInterval
    ? [['seed by seed', `95 % interval ${formatRange(pairedInterval)}, Student's; it decides`]]
    : [];
  const outcome = explainOutcome(comparison, verification.seeds);
  return [
    ...facts,
    ['search - control', `${formatDifference(difference)}${differenceBounds}`],
    ...paired,
    [
      'improvement',
      `probability ${formatPercent(probabilityOfImprovement)} that a run beats one of the control's`,
    ],
    ['outcome', outcome, outcome],
  ];
}

function describeFidelity({ fidelity }: Verdict): Fact[] {
  if (!fidelity) return [];
  const { tau, count: architectures } = fidelity;
  return [
    [
      'search scores',
      `Kendall's tau ${tau.toFixed(2)} with trainings from scratch, over ${architectures} architectures`,
    ],
  ];
}

/** Everything that there is to say about a verdict, besides the table of its finalists. */
export const describeVerdict = (verdict: Verdict, configuration: StudyConfiguration): Fact[] => [
  ...describeWinner(verdict, configuration),
  ...describeLeftOut(verdict, configuration),
  ...describeControl(verdict, configuration),
  ...describeFidelity(verdict),
];
