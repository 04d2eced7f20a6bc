/** The pictures of an ablation: its learning curves, and its scores with their intervals. */
import { join } from 'node:path';
import { writeChart } from '../report/charts.ts';
import { intervalChart } from '../report/interval-chart.ts';
import { type LearningCurve, learningCurveChart } from '../report/learning-curve-chart.ts';
import { meanLearningCurve } from '../report/mean-learning-curve.ts';
import type { AblationScores, AblationSummary } from '../study/ablation-summary.ts';

/** Curves in one chart, at most: more can't be told apart. */
const mostCurves = 7;

type Scored = AblationSummary & { readonly scores: AblationScores };

const isScored = (summary: AblationSummary): summary is Scored => summary.scores !== undefined;

/** The mean of an architecture's complete runs and how far they lie apart; none without a point of a curve. */
function curveOf({ architecture, runs }: AblationSummary): LearningCurve[] {
  const curves = runs.flatMap((run) =>
    run.state === 'complete' && run.curve.length > 0
      ? [run.curve.map(([steps, averageReturn]) => ({ steps, averageReturn }))]
      : [],
  );
  if (curves.length === 0) return [];
  const { points, band } = meanLearningCurve(curves);
  return [
    curves.length === 1
      ? { name: `${architecture} (1 seed)`, points }
      : { name: `${architecture} (${curves.length} seeds)`, points, band },
  ];
}

/** All, or where they are too many: best, worst, and those at equal distances in rank between them. */
function pickArchitectures(summaries: readonly Scored[]): readonly Scored[] {
  if (summaries.length <= mostCurves) return summaries;
  const ranked = summaries.toSorted((a, b) => b.scores.interquartileMean - a.scores.interquartileMean);
  const picked = new Set(
    Array.from(
      { length: mostCurves },
      (_, i) => ranked[Math.round((i * (ranked.length - 1)) / (mostCurves - 1))],
    ),
  );
  return summaries.filter((summary) => picked.has(summary));
}

/**
 * Writes the charts into the folder's `charts`.
 * @param environment its name. @param threshold the return that counts as solved.
 * @returns what there is to look at: a title and a PNG file each; nothing where no run is complete.
 */
export async function writeAblationCharts(
  folder: string,
  summaries: readonly AblationSummary[],
  environment: string,
  threshold: number | undefined,
): Promise<readonly { readonly title: string; readonly file: string }[]> {
  const scored = summaries.filter(isScored);
  if (scored.length === 0) return [];
  const written: { title: string; file: string }[] = [];
  const picked = pickArchitectures(scored);
  const curves = picked.flatMap(curveOf);
  if (curves.length > 0) {
    const some = `${picked.length} of ${scored.length} architectures: from the best score to the worst, at equal distances in rank`;
    const subject = picked.length < scored.length ? some : undefined;
    const chart = learningCurveChart({
      environment,
      curves,
      threshold,
      ...(subject !== undefined && { subject }),
    });
    const { png } = await writeChart(join(folder, 'charts', 'learning-curves'), chart);
    written.push({ title: 'curves', file: png });
  }
  const rows = scored.map(({ architecture, runs, scores }) => ({
    name: architecture,
    estimate: scores.interquartileMean,
    interval: scores.interval,
    runs: runs.map((run) => (run.state === 'complete' ? run.score : Number.NaN)),
  }));
  const chart = intervalChart({
    environment,
    statistic: 'interquartile mean',
    rows,
    controls: [],
    threshold,
  });
  const { png } = await writeChart(join(folder, 'charts', 'scores'), chart);
  written.push({ title: 'scores', file: png });
  return written;
}
