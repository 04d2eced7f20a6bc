/** Results as aligned lines: a name on the left, what it is on the right. */
import { styleText } from 'node:util';
import type { ReturnSummary } from '../statistics/return-summary.ts';

const fixed = (value: number): string => value.toFixed(2);
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

export type Fact = readonly [name: string, value: string];

/** Lines of `name  value`, the names aligned and dimmed on a terminal. @param stream where they will go. */
export function formatFacts(facts: readonly Fact[], stream: NodeJS.WritableStream = process.stdout): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  const dim = (name: string) => styleText('dim', name.padEnd(width), { stream });
  return facts.map(([name, value]) => `  ${dim(name)}  ${value}`).join('\n');
}

/** What an evaluation says, as facts for `formatFacts`. */
export function describeReturns(summary: ReturnSummary): Fact[] {
  const { mean, interval, standardDeviation, median, interquartileMean, min, max, atLeastThreshold } =
    summary;
  const range = interval ? `   95 % interval ${fixed(interval.low)} to ${fixed(interval.high)}` : '';
  const deviation = standardDeviation === undefined ? '' : `standard deviation ${fixed(standardDeviation)}, `;
  const facts: Fact[] = [
    ['mean return', `${styleText('bold', fixed(mean))}${range}`],
    ['spread', `${deviation}minimum ${fixed(min)}, median ${fixed(median)}, maximum ${fixed(max)}`],
    ['interquartile mean', fixed(interquartileMean)],
  ];
  if (atLeastThreshold) {
    const { threshold, share, interval: bounds } = atLeastThreshold;
    facts.push([
      `episodes ≥ ${threshold}`,
      `${percent(share)}   95 % interval ${percent(bounds.low)} to ${percent(bounds.high)}`,
    ]);
  }
  return facts;
}
