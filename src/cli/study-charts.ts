/** The pictures of a study, from its record: how the search went, what the controller prefers, the winner's trainings. */
import { join } from 'node:path';
import { writeChart } from '../report/charts.ts';
import { type LearningCurve, learningCurveChart } from '../report/learning-curve-chart.ts';
import { policyChart } from '../report/policy-chart.ts';
import { searchProgressChart } from '../report/search-progress-chart.ts';
import { summariseReturns } from '../statistics/return-summary.ts';
import { resolveSpace } from '../search/space-definition.ts';
import type { Run } from '../study/racing.ts';
import type { StudySnapshot } from '../study/storage.ts';
import type { Trial } from '../study/trial.ts';
import { findWinner } from '../study/verdict.ts';

/** Scores of the search by iteration of the strategy; a failed trial has none. */
function groupScores(trials: readonly Trial[], iterationSize: number) {
  const iterations: { iteration: number; scores: number[] }[] = [];
  for (const trial of trials.filter(({ phase }) => phase === 'search')) {
    const index = Math.floor(trial.number / iterationSize);
    iterations[index] ??= { iteration: index + 1, scores: [] };
    if (trial.state === 'complete') iterations[index].scores.push(trial.score);
  }
  return iterations;
}

/** A retraining as a curve; none of one that failed, or that ended before its first episode. */
function learningCurveOf(run: Run): LearningCurve[] {
  if (run.state === 'failed' || run.training.curve.length === 0) return [];
  const { count, mean, interval } = summariseReturns(run.returns);
  const points = run.training.curve.map(({ step, averageReturn }) => ({ steps: step, averageReturn }));
  return [{ name: `seed ${run.seed}`, points, evaluation: { episodes: count, mean, interval } }];
}

/**
 * Writes the charts of a study into its folder.
 * @param iterationSize trials per iteration of the strategy. @param threshold the return that counts as solved.
 * @returns what there is to look at: a title and a PNG file each.
 */
export async function writeStudyCharts(
  folder: string,
  study: StudySnapshot,
  iterationSize: number,
  threshold: number | undefined,
): Promise<readonly { readonly title: string; readonly file: string }[]> {
  const { configuration, trials, policies, verdict } = study;
  const environment = configuration.environment.id;
  const written: { title: string; file: string }[] = [];
  const add = async (title: string, name: string, chart: Parameters<typeof writeChart>[1]): Promise<void> => {
    const { png } = await writeChart(join(folder, 'charts', name), chart);
    written.push({ title, file: png });
  };
  if (trials.length > 0) {
    const iterations = groupScores(trials, iterationSize);
    await add(
      'search',
      'search',
      searchProgressChart({ environment, strategy: configuration.strategy.name, iterations, threshold }),
    );
  }
  if (policies.length > 1) {
    const space = resolveSpace(configuration.space);
    const decisions = space.decisions.map(({ name, choices }) => ({ name, choices }));
    await add('controller', 'controller', policyChart({ study: space.name, decisions, snapshots: policies }));
  }
  const winner = verdict && findWinner(verdict.finalists);
  const curves = winner ? winner.runs.flatMap(learningCurveOf) : [];
  if (winner && curves.length > 0) {
    const subject = `${winner.candidate.name}, retrained from scratch`;
    await add('retraining', 'winner', learningCurveChart({ environment, subject, threshold, curves }));
  }
  return written;
}
