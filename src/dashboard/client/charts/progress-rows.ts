/** What the chart of a search shows, place by place on its x axis. */
import type { TrialRow } from '../trial-row.ts';

/** Trials that an average is over where an iteration is a single one. */
export const window = 20;

export interface ProgressRow {
  score: number | null;
  average: number | null;
  /** The best score so far. */
  best: number | null;
  /** The number of the trial that the score is of. */
  trial: number | null;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Averages with their place on the x axis, in iterations from 1. */
function averages(scored: readonly { number: number; score: number }[], size: number): [number, number][] {
  if (size === 1) {
    return scored.map(({ number }, i) => [
      number + 1,
      mean(scored.slice(Math.max(0, i + 1 - window), i + 1).map(({ score }) => score)),
    ]);
  }
  const groups = Map.groupBy(scored, ({ number }) => Math.floor(number / size));
  return [...groups].map(([group, members]) => [group + 1, mean(members.map(({ score }) => score))]);
}

/** Trials of iteration k stand between k − ½ and k + ½, its average at k. */
export function progressRows(trials: readonly TrialRow[], size: number): ReadonlyMap<number, ProgressRow> {
  const scored = trials.flatMap(({ phase, number, score }) =>
    phase === 'search' && score !== undefined ? [{ number, score }] : [],
  );
  const rows = new Map<number, ProgressRow>();
  let best = Number.NEGATIVE_INFINITY;
  for (const { number, score } of scored) {
    best = Math.max(best, score);
    rows.set(0.5 + (number + 0.5) / size, { score, average: null, best, trial: number });
  }
  for (const [x, average] of averages(scored, size)) {
    const row = rows.get(x);
    if (row) row.average = average;
    else rows.set(x, { score: null, average, best: null, trial: null });
  }
  return new Map([...rows].sort(([a], [b]) => a - b));
}
