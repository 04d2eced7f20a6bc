/**
 * The pictures of a study, from its record: how the search went, what the controller prefers, the winner's trainings,
 * the scores of the finalists, and how their episodes are spread.
 */
import { join } from 'node:path';
import { writeChart } from '../report/charts.ts';
import { intervalChart, type IntervalRow } from '../report/interval-chart.ts';
import { type LearningCurve, learningCurveChart } from '../report/learning-curve-chart.ts';
import { performanceProfileChart, type ReturnProfile } from '../report/performance-profile-chart.ts';
import { policyChart } from '../report/policy-chart.ts';
import { searchProgressChart } from '../report/search-progress-chart.ts';
import { summariseReturns } from '../statistics/return-summary.ts';
import { resolveSpace } from '../search/space-definition.ts';
import { episodeReturns, type Run, worstReturn } from '../study/racing.ts';
import type { StudySnapshot } from '../study/storage.ts';
import type { Trial } from '../study/trial.ts';
import { type Finalist, findWinner, type Verdict } from '../study/verdict.ts';

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

/** What a finalist of the control is called beside those of the search, which may be the same. */
const controlName = (name: string): string => `${name} (control)`;

/** A row of the chart of scores; none while all runs of the race failed. */
function intervalRow({ runs, summary }: Finalist, name: string): IntervalRow[] {
  if (summary === undefined) return [];
  const { interquartileMean: estimate, interval } = summary;
  const scores = runs.map((run) => (run.state === 'complete' ? run.score : Number.NaN));
  return [{ name, estimate, interval, runs: scores }];
}

/** The winner's episodes and its control's; without a control those of all finalists. */
function listProfiles({ finalists, control }: Verdict): ReturnProfile[] {
  const worst = worstReturn([...finalists, ...(control?.finalists ?? [])]);
  if (worst === undefined) return [];
  const profile = ({ runs }: Finalist, name: string) => ({ name, returns: episodeReturns(runs, worst) });
  const winner = findWinner(finalists);
  const other = control && findWinner(control.finalists);
  if (winner === undefined || other === undefined) {
    return finalists.map((finalist) => profile(finalist, finalist.candidate.name));
  }
  return [profile(winner, winner.candidate.name), profile(other, controlName(other.candidate.name))];
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
  if (verdict === undefined) return written;
  const statistic = 'interquartile mean';
  const rows = verdict.finalists.flatMap((finalist) => intervalRow(finalist, finalist.candidate.name));
  if (rows.length > 0) {
    const controls = (verdict.control?.finalists ?? []).flatMap((finalist) =>
      intervalRow(finalist, controlName(finalist.candidate.name)),
    );
    await add('finalists', 'finalists', intervalChart({ environment, statistic, rows, controls, threshold }));
  }
  const profiles = listProfiles(verdict);
  if (profiles.length > 0) {
    await add('profiles', 'profiles', performanceProfileChart({ environment, profiles, threshold }));
  }
  return written;
}
