/** What a search ends with: the ranking, the verdict, the pictures, and where everything lies. */
import { join } from 'node:path';
import Table from 'cli-table3';
import { summariseReturns } from '../report/statistics.ts';
import { describeSample, type SearchSpace } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import type { StudySnapshot } from '../study/storage.ts';
import type { StudyResult } from '../study/study.ts';
import { rankArchitectures } from '../study/trial.ts';
import { loadAgent } from './agent.ts';
import { filmAgent } from './film.ts';
import { displayPath } from './output.ts';
import { formatCount, formatDuration } from './progress.ts';
import { describeReturns, formatFacts } from './summary.ts';

const shownArchitectures = 5;
const winnerFile = join('models', 'winner.safetensors');

/** The best architectures as a table. */
function formatRanking({ trials }: StudyResult, space: SearchSpace): string {
  const table = new Table({
    head: ['', 'architecture', 'parameters', 'score', 'solved after', 'trial'],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'left', 'right', 'right', 'right', 'right'],
  });
  for (const [i, trial] of rankArchitectures(trials).slice(0, shownArchitectures).entries()) {
    const { solvedAt } = trial.training;
    const solved = solvedAt === undefined ? 'not solved' : `${formatCount(solvedAt)} steps`;
    const { sample, parameterCount, score, number } = trial;
    table.push([
      i + 1,
      describeSample(space, sample),
      formatCount(parameterCount),
      score.toFixed(1),
      solved,
      number + 1,
    ]);
  }
  return table.toString();
}

function formatVerdict(
  { trials, verdict }: StudyResult,
  space: SearchSpace,
  threshold: number | undefined,
): string {
  if (!verdict) return 'No trial completed, so there is no winner.';
  const winner = describeSample(space, trials[verdict.trial].sample);
  const name = `${winner} (${formatCount(verdict.parameterCount)} parameters)`;
  if (verdict.state === 'failed') return `The winner ${name} could not be retrained: ${verdict.error}`;
  const { training, seconds, seed, returns, trialScore } = verdict;
  const retraining = `${formatCount(training.steps)} steps in ${formatDuration(seconds)}, seed ${seed}`;
  return formatFacts([
    ['winner', name],
    ['search score', `${trialScore.toFixed(2)}   the best of all trials, so no evidence by itself`],
    ['retrained', `from scratch, ${retraining}`],
    ['evaluated', `${formatCount(returns.length)} greedy episodes on seeds that nothing has seen`],
    ...describeReturns(summariseReturns(returns, threshold)),
    ['evidence', 'one retraining and no control: compare with --strategy random at the same budget'],
  ]);
}

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
  result: StudyResult,
  iterationSize: number,
  threshold: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { writeStudyCharts } = await import('./study-charts.ts');
  const charts = await writeStudyCharts(folder, record, iterationSize, threshold);
  if (result.state === 'interrupted') {
    console.log(`stopped; ${result.trials.length} finished trials are kept in ${displayPath(folder)}`);
    return;
  }
  const space = resolveSpace(record.configuration.space);
  console.log(`${formatRanking(result, space)}\n${formatVerdict(result, space, threshold)}`);
  const places = charts.map(({ title, file }): [string, string] => [title, displayPath(file)]);
  if (result.verdict?.state === 'complete') {
    places.push(['model', displayPath(join(folder, winnerFile))]);
    places.push(['film', displayPath(await filmWinner(folder, record.configuration, signal))]);
  }
  places.push(['record', displayPath(join(folder, 'study.db'))]);
  console.log(formatFacts(places));
}
