/** A comparison of searches as a table. */
import Table from 'cli-table3';
import type { Interval } from '../statistics/interval.ts';
import type { ComparedStrategy, SearchEnd } from '../study/search-comparison-summary.ts';
import { formatDuration } from './progress.ts';

const fixed = (value: number): string => value.toFixed(1);
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const range = (interval: Interval | undefined): string =>
  interval === undefined ? '' : `${fixed(interval.low)} to ${fixed(interval.high)}`;

const describeWinner = ({ seed, winner, interquartileMean }: SearchEnd): string =>
  winner === undefined ? `${seed}: none` : `${seed}: ${winner.name}  ${fixed(interquartileMean)}`;

function describeAgainstRandom({ againstRandom }: ComparedStrategy): string {
  if (againstRandom === undefined) return '';
  const { probabilityOfImprovement, difference, interval } = againstRandom;
  const sign = difference < 0 ? '' : '+';
  return `${percent(probabilityOfImprovement)}\n${sign}${fixed(difference)}\n${range(interval)}`.trimEnd();
}

/** A row per strategy. Intervals stand below what they are of. */
export function formatSearchComparison(strategies: readonly ComparedStrategy[]): string {
  const hasControl = strategies.some(({ againstRandom }) => againstRandom !== undefined);
  const table = new Table({
    head: [
      'strategy',
      'IQM of runs',
      'mean of seeds',
      ...(hasControl ? ['against random'] : []),
      'trials',
      'work',
      'time',
      'winner by seed, its IQM',
    ],
    style: { head: [], border: [] },
    colAligns: ['left', ...Array.from({ length: hasControl ? 6 : 5 }, () => 'right' as const), 'left'],
  });
  for (const strategy of strategies) {
    const { name, interquartileMean, interval, mean, meanInterval, trials, workShare, seconds } = strategy;
    table.push([
      name,
      `${fixed(interquartileMean)}\n${range(interval)}`.trimEnd(),
      `${fixed(mean)}\n${range(meanInterval)}`.trimEnd(),
      ...(hasControl ? [describeAgainstRandom(strategy)] : []),
      trials === undefined ? '' : fixed(trials),
      percent(workShare),
      formatDuration(seconds),
      strategy.searches.map(describeWinner).join('\n'),
    ]);
  }
  return table.toString();
}
