/** A comparison's strategies as a table. */
import Table from 'cli-table3';
import type { StrategyResult } from '../study/comparison.ts';

const fixed = (value: number): string => value.toFixed(1);

/** A row per strategy. */
export function formatComparison(results: readonly StrategyResult[]): string {
  const hasControl = results.some(({ improvementOverRandom }) => improvementOverRandom !== undefined);
  const head = ['strategy', 'true score', '95 % interval', 'regret'];
  const table = new Table({
    head: [...head, ...(hasControl ? ['better than random'] : []), 'work', 'trials'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array.from({ length: 6 }, () => 'right' as const)],
  });
  for (const { name, score, interval, regret, improvementOverRandom, work, trials } of results) {
    const improvement =
      improvementOverRandom === undefined ? '' : `${(100 * improvementOverRandom).toFixed(0)} %`;
    table.push([
      name,
      fixed(score),
      interval ? `${fixed(interval.low)} to ${fixed(interval.high)}` : '',
      fixed(regret),
      ...(hasControl ? [improvement] : []),
      fixed(work),
      fixed(trials),
    ]);
  }
  return table.toString();
}
