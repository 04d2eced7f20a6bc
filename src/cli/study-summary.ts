/** What a search ends with: the verdict, the pictures, the report, and where everything lies. */
import { join } from 'node:path';
import type { StudySnapshot } from '../study/storage.ts';
import { displayPath } from './output.ts';
import { formatVerdict } from './study-verdict.ts';
import { formatFacts } from './summary.ts';

/**
 * Draws the charts, films the winner, writes the report and prints how the study ended.
 * @param record of the study, as its storage has it. @param iterationSize trials per iteration of the strategy.
 * @param threshold the return that counts as solved.
 */
export async function concludeStudy(
  folder: string,
  record: StudySnapshot,
  iterationSize: number,
  threshold: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { writeStudyCharts } = await import('./study-charts.ts');
  const { filmWinner, reportName, winnerFile, writeStudyReport } = await import('./study-report.ts');
  const charts = await writeStudyCharts(folder, record, iterationSize, threshold);
  const film = await filmWinner(folder, record, signal);
  const report = join(folder, reportName);
  await writeStudyReport(record, { path: report, film, iterationSize, threshold, isRunning: false });
  if (record.state !== 'complete') {
    const place = displayPath(folder);
    console.log(
      `stopped; ${record.trials.length} finished trials are kept. To go on: touchdown resume ${place}`,
    );
    return;
  }
  console.log(formatVerdict(record.verdict, record.configuration, threshold));
  const places = charts.map(({ title, file }): [string, string] => [title, displayPath(file)]);
  if (record.verdict?.winner) places.push(['model', displayPath(join(folder, winnerFile))]);
  if (film !== undefined) places.push(['film', displayPath(film)]);
  places.push(['record', displayPath(join(folder, 'study.db'))], ['report', displayPath(report)]);
  console.log(formatFacts(places));
}
