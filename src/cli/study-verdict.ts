/** A study's verdict in words: the finalists as a table, the winner, its control, what the scores were worth. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Interval } from '../statistics/interval.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import { minimumRuns } from '../study/racing.ts';
import type { Candidate } from '../study/trial.ts';
import {
  type ControlVerdict,
  type Finalist,
  findWinner,
  type Verdict,
  type Winner,
} from '../study/verdict.ts';
import { formatCount } from './progress.ts';
import { formatFacts } from './summary.ts';

type Fact = readonly [name: string, value: string];

const fixed = (value: number): string => value.toFixed(1);
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${fixed(Math.abs(value))}`;
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const range = ({ low, high }: Interval): string => `${fixed(low)} to ${fixed(high)}`;
const named = ({ name, parameterCount }: Winner | Candidate): string =>
  `${name} (${formatCount(parameterCount)} parameters)`;

/** `1 seed`, `3 seeds` */
const count = (number: number, noun: string): string =>
  `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;

/** How a finalist stands, in a word or two. */
function standing(finalist: Finalist, winner: Finalist | undefined): string {
  if (finalist === winner) return 'winner';
  if (finalist.tied) return 'tied';
  if (finalist.droppedAfter !== undefined) return `out after seed ${finalist.droppedAfter}`;
  if (finalist.runs.every(({ state }) => state === 'failed')) return 'failed';
  return finalist.difference === undefined ? '' : 'behind';
}

function formatFinalists(finalists: readonly Finalist[], threshold: number | undefined): string {
  const winner = findWinner(finalists);
  const table = new Table({
    head: [
      'finalist',
      'parameters',
      'search score',
      'IQM of runs',
      '95 % interval',
      'lowest run',
      ...(threshold === undefined ? [] : [`episodes ≥ ${threshold}`]),
      '',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: [
      'left',
      ...Array.from({ length: threshold === undefined ? 5 : 6 }, () => 'right' as const),
      'left',
    ],
  });
  for (const finalist of finalists) {
    const { candidate, summary } = finalist;
    const { name, parameterCount, score } = candidate;
    table.push([
      name,
      formatCount(parameterCount),
      fixed(score),
      summary ? fixed(summary.interquartileMean) : '',
      summary?.interval ? range(summary.interval) : '',
      summary ? fixed(summary.lowest) : '',
      ...(threshold === undefined ? [] : [summary ? percent(summary.solvedShare ?? 0) : '']),
      standing(finalist, winner),
    ]);
  }
  return table.toString();
}

/** Why this finalist is recommended. */
function explainChoice(finalists: readonly Finalist[], seeds: number): string {
  const tied = finalists.filter((finalist) => finalist.tied).length;
  if (finalists.length === 1) return 'the only finalist';
  if (seeds < minimumRuns) {
    return `the best of ${finalists.length}; ${count(seeds, 'seed')} can't tell finalists apart, ${minimumRuns} can`;
  }
  return tied === 1
    ? `the best of ${finalists.length}; no other comes within a standard error of it`
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
  const bounds = interval ? `   95 % interval ${range(interval)}` : '';
  return [
    ['winner', `${named(winner)}: ${explainChoice(verdict.finalists, seeds)}`],
    ['retrained', `from scratch on ${count(seeds, 'fresh seed')}, ${formatCount(steps)} steps each`],
    ['evaluated', `${formatCount(episodes)} greedy episodes after each, on seeds that nothing has seen`],
    ['runs', scores.map(fixed).join(', ')],
    ['interquartile mean', `${styleText('bold', fixed(interquartileMean))}${bounds}`],
    ['model kept', `of the run with median score, ${fixed(winner.score)} (seed ${winner.seed})`],
  ];
}

function describeLeftOut({ leftOut }: Verdict, { verification }: StudyConfiguration): Fact[] {
  if (!leftOut) return [];
  const { name, score } = leftOut.best;
  const limit = formatCount(verification.maxParameters ?? 0);
  const what = count(leftOut.count, 'architecture');
  return [
    ['left out', `${what} of more than ${limit} parameters; the best, ${name}, scored ${fixed(score)}`],
  ];
}

/** Whether the search was worth it, plainly. */
function explainOutcome(comparison: NonNullable<ControlVerdict['comparison']>, seeds: number): string {
  const { outcome, pairedInterval } = comparison;
  switch (outcome) {
    case 'better':
      return 'the search beat random search';
    case 'worse':
      return 'the search lost to random search: better to take what that found';
    case 'tied':
      return pairedInterval === undefined
        ? `not known: ${count(seeds, 'seed')} can't tell search and random search apart, ${minimumRuns} can`
        : `tied: ${count(seeds, 'seed')} don't show that the search beats random search`;
    default:
      return outcome satisfies never;
  }
}

function describeControl({ control }: Verdict, { verification }: StudyConfiguration): Fact[] {
  if (!control) return [['control', 'none, so nothing shows that the search beats chance: --control']];
  const { comparison, trials, work, searchWork } = control;
  const finalist = findWinner(control.finalists);
  const effort = `random search, ${count(trials, 'trial')}, ${percent(work / searchWork)} of the search's work`;
  if (!finalist?.summary) return [['control', `${effort}: no winner`]];
  const { interquartileMean, interval } = finalist.summary;
  const bounds = interval ? `   95 % interval ${range(interval)}` : '';
  const facts: Fact[] = [
    ['control', effort],
    ["control's winner", named(finalist.candidate)],
    ['interquartile mean', `${fixed(interquartileMean)}${bounds}`],
  ];
  if (!comparison) return facts;
  const { difference, interval: between, pairedInterval, probabilityOfImprovement } = comparison;
  const differenceBounds = between ? `   95 % interval ${range(between)}, by bootstrap` : '';
  const paired: Fact[] = pairedInterval
    ? [['seed by seed', `95 % interval ${range(pairedInterval)}, Student's; it decides`]]
    : [];
  return [
    ...facts,
    ['search - control', `${signed(difference)}${differenceBounds}`],
    ...paired,
    ['improvement', `probability ${percent(probabilityOfImprovement)} that a run beats one of the control's`],
    ['outcome', styleText('bold', explainOutcome(comparison, verification.seeds))],
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

/** @param verdict undefined where no trial completed. @param threshold the return that counts as solved. */
export function formatVerdict(
  verdict: Verdict | undefined,
  configuration: StudyConfiguration,
  threshold: number | undefined,
): string {
  if (!verdict) return 'No trial completed, so there is no winner.';
  const facts = formatFacts([
    ...describeWinner(verdict, configuration),
    ...describeLeftOut(verdict, configuration),
    ...describeControl(verdict, configuration),
    ...describeFidelity(verdict),
  ]);
  const { finalists } = verdict;
  return finalists.length === 0 ? facts : `${formatFinalists(finalists, threshold)}\n${facts}`;
}
