/** The pictures of a comparison of searches: the strategies' scores, and how the episodes of their winners are spread. */
import { join } from 'node:path';
import { writeChart } from '../report/charts.ts';
import { intervalChart } from '../report/interval-chart.ts';
import { performanceProfileChart } from '../report/performance-profile-chart.ts';
import type { ComparedStrategy } from '../study/search-comparison-summary.ts';

/**
 * Writes the charts into the folder's `charts`.
 * @param environment its name. @param threshold the return that counts as solved.
 * @returns what there is to look at: a title and a PNG file each.
 */
export async function writeSearchComparisonCharts(
  folder: string,
  strategies: readonly ComparedStrategy[],
  environment: string,
  threshold: number | undefined,
): Promise<readonly { readonly title: string; readonly file: string }[]> {
  const rowOf = ({ name, interquartileMean, interval, searches }: ComparedStrategy) => ({
    name,
    estimate: interquartileMean,
    interval,
    runs: searches.flatMap(({ scores }) => scores),
  });
  const scores = intervalChart({
    environment,
    statistic: 'interquartile mean',
    rows: strategies.filter(({ name }) => name !== 'random').map(rowOf),
    controls: strategies.filter(({ name }) => name === 'random').map(rowOf),
    threshold,
  });
  const profiles = performanceProfileChart({
    environment,
    profiles: strategies.map(({ name, returns }) => ({ name, returns })),
    threshold,
  });
  const charts = [
    ['scores', 'strategies', scores],
    ['profiles', 'profiles', profiles],
  ] as const;
  const written: { title: string; file: string }[] = [];
  for (const [title, name, chart] of charts) {
    const { png } = await writeChart(join(folder, 'charts', name), chart);
    written.push({ title, file: png });
  }
  return written;
}
