/** Several trainings of one architecture as one learning curve: their mean, and how far they lie apart. */
import { mean } from '../statistics/sample.ts';
import type { LearningCurve, LearningCurvePoint } from './learning-curve-chart.ts';

/** The average return at a step, linear between two points. @param steps within those of the points. */
function interpolate(points: readonly LearningCurvePoint[], steps: number): number {
  const next = points.findIndex((point) => point.steps >= steps);
  const after = points[next];
  if (after.steps === steps) return after.averageReturn;
  const before = points[next - 1];
  const share = (steps - before.steps) / (after.steps - before.steps);
  return before.averageReturn + share * (after.averageReturn - before.averageReturn);
}

/**
 * The mean of several runs and the band between the lowest and the highest of them, at every step at which one of them
 * has a point, from where all have begun to where the first ends: a mean of ever fewer runs would tell of those that
 * are left, not of the architecture.
 * @param runs the points of each, in order of steps; at least one run, at least one point each.
 * @throws RangeError for no runs, one without points, or runs without a step in common.
 */
export function meanLearningCurve(
  runs: readonly (readonly LearningCurvePoint[])[],
): Required<Pick<LearningCurve, 'points' | 'band'>> {
  if (runs.length === 0) throw new RangeError('a mean of 0 learning curves; expected at least one');
  const empty = runs.findIndex((points) => points.length === 0);
  if (empty !== -1) throw new RangeError(`run ${empty} has 0 points; expected at least one`);
  const start = Math.max(...runs.map((points) => points[0].steps));
  const end = Math.min(...runs.map((points) => points[points.length - 1].steps));
  if (start > end) {
    throw new RangeError(`a run ends at step ${end}, another begins at ${start}; expected steps in common`);
  }
  const all = new Set(runs.flatMap((points) => points.map(({ steps }) => steps)));
  const grid = [...all].filter((steps) => start <= steps && steps <= end).toSorted((a, b) => a - b);
  const rows = grid.map((steps) => ({ steps, returns: runs.map((points) => interpolate(points, steps)) }));
  return {
    points: rows.map(({ steps, returns }) => ({ steps, averageReturn: mean(returns) })),
    band: rows.map(({ steps, returns }) => ({
      steps,
      low: Math.min(...returns),
      high: Math.max(...returns),
    })),
  };
}
