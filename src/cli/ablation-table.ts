/** An ablation's architectures as a table. */
import Table from 'cli-table3';
import type { AblationSummary } from '../study/ablation-summary.ts';
import { formatDuration } from './progress.ts';
import { formatCount } from '../report/number-format.ts';

const fixed = (value: number): string => value.toFixed(1);

/** `5`, or `5 (1 failed)`. */
function countRuns({ runs }: AblationSummary): string {
  const failed = runs.filter(({ state }) => state === 'failed').length;
  return failed === 0 ? String(runs.length) : `${runs.length} (${failed} failed)`;
}

/** A row per architecture. @param threshold the return that counts as solved; without one the last columns miss. */
export function formatAblation(summaries: readonly AblationSummary[], threshold: number | undefined): string {
  const isSolvable = threshold !== undefined;
  const head = ['architecture', 'parameters', 'seeds', 'IQM of runs', '95 % interval', 'std', 'range'];
  const table = new Table({
    head: isSolvable ? [...head, 'solved', 'median steps', 'time to solve'] : head,
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array.from({ length: isSolvable ? 9 : 6 }, () => 'right' as const)],
  });
  for (const summary of summaries) {
    const { architecture, parameterCount, runs, scores, solved, stepsToSolve, secondsToSolve } = summary;
    const { interval, standardDeviation: deviation } = scores ?? {};
    table.push([
      architecture,
      formatCount(parameterCount),
      countRuns(summary),
      scores ? fixed(scores.interquartileMean) : '',
      interval ? `${fixed(interval.low)} to ${fixed(interval.high)}` : '',
      deviation === undefined ? '' : fixed(deviation),
      scores && runs.length > 1 ? `${fixed(scores.lowest)} to ${fixed(scores.highest)}` : '',
      ...(isSolvable
        ? [
            `${solved}/${runs.length}`,
            stepsToSolve === undefined ? '' : formatCount(stepsToSolve),
            secondsToSolve === undefined ? '' : formatDuration(secondsToSolve),
          ]
        : []),
    ]);
  }
  return table.toString();
}
