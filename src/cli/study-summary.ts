/** What a search ends with: the verdict, the pictures, and where everything lies. */
import { join } from 'node:path';
import type { StudyConfiguration } from '../study/configuration.ts';
import type { StudySnapshot } from '../study/storage.ts';
import { loadAgent } from './agent.ts';
import { filmAgent } from './film.ts';
import { displayPath } from './output.ts';
import { formatVerdict } from './study-verdict.ts';
import { formatFacts } from './summary.ts';

const winnerFile = join('models', 'winner.safetensors');

/** The winner on a seed of its own, as a video. */
async function filmWinner(folder: string, { environment, seed }: StudyConfiguration, signal: AbortSignal) {
  const agent = await loadAgent(join(folder, winnerFile));
  const path = join(folder, 'winner.mp4');
  await filmAgent({ agent, environment, seeds: [seed], path, signal });
  return path;
}

/**
 * Draws the charts, films the winner and prints how the study ended.
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
  const charts = await writeStudyCharts(folder, record, iterationSize, threshold);
  if (record.state !== 'complete') {
    const place = displayPath(folder);
    console.log(
      `stopped; ${record.trials.length} finished trials are kept. To go on: touchdown resume ${place}`,
    );
    return;
  }
  console.log(formatVerdict(record.verdict, record.configuration, threshold));
  const places = charts.map(({ title, file }): [string, string] => [title, displayPath(file)]);
  if (record.verdict?.winner) {
    places.push(['model', displayPath(join(folder, winnerFile))]);
    places.push(['film', displayPath(await filmWinner(folder, record.configuration, signal))]);
  }
  places.push(['record', displayPath(join(folder, 'study.db'))]);
  console.log(formatFacts(places));
}
