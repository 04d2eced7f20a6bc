/** The pictures of a study as files, from its record. */
import { join } from 'node:path';
import { fileView } from '../report/chart-style.ts';
import { writeChart } from '../report/charts.ts';
import type { ChartedStudy } from '../report/figure.ts';
import { studyFigures } from '../report/study-figures.ts';
import { countingDecisions } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import type { StudySnapshot } from '../study/storage.ts';

/** A study with what its pictures need of its space. */
export function chartedStudy(
  study: StudySnapshot,
  iterationSize: number,
  threshold: number | undefined,
): ChartedStudy {
  const space = resolveSpace(study.configuration.space);
  const { name, decisions } = space;
  const chosen = (sample: readonly number[]) =>
    countingDecisions(space, sample).map((isCounting, d) => (isCounting ? sample[d] : undefined));
  return { study, space: { name, decisions, chosen }, iterationSize, threshold };
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
  const { finalists, search, space, retraining } = studyFigures(
    chartedStudy(study, iterationSize, threshold),
  );
  const written: { title: string; file: string }[] = [];
  for (const { name, label, draw } of [...search, ...space, ...finalists, ...retraining]) {
    const { png } = await writeChart(join(folder, 'charts', name), draw(fileView));
    written.push({ title: label, file: png });
  }
  return written;
}
