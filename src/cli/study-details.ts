/** What is known of one study, in words. */
import Table from 'cli-table3';
import type { StudySnapshot } from '../study/storage.ts';
import type { Study } from '../study/study.ts';
import { formatDuration } from './progress.ts';
import { formatCount } from '../report/number-format.ts';
import { findState, rankSearch } from './study-list.ts';
import { describeSearch, describeSpace, describeVerification } from './study-plan.ts';
import { formatVerdict } from './study-verdict.ts';
import { type Fact, formatFacts } from './summary.ts';

/** Trials in the table, at most. */
const mostTrials = 10;

function describeRecord(
  folder: string,
  { configuration, versions, state, createdAt, trials }: StudySnapshot,
): Fact[] {
  const { touchdown, node, kernels } = versions;
  const failed = trials.filter((trial) => trial.state === 'failed').length;
  const running = trials.filter((trial) => trial.state === 'running').length;
  const rest = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(running > 0 ? [`${running} not finished`] : []),
  ];
  const { environment, seed } = configuration;
  const options = Object.entries(environment.options).map(
    ([key, value]) => `${key} ${JSON.stringify(value)}`,
  );
  return [
    ['state', findState(folder, state)],
    ['begun', `${createdAt}, by touchdown ${touchdown} on Node ${node}, kernels ${kernels}`],
    ['environment', [environment.id, ...options].join(', ')],
    ['seed', String(seed)],
    ['trials', [formatCount(trials.length), ...rest].join(', ')],
  ];
}

/** The best architectures of the search. */
function formatTrials(snapshot: StudySnapshot): string {
  const table = new Table({
    head: ['trial', 'architecture', 'parameters', 'score', 'steps', 'solved after', 'time'],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'left', ...Array.from({ length: 5 }, () => 'right' as const)],
  });
  for (const { number, name, parameterCount, score, training, seconds } of rankSearch(snapshot).slice(
    0,
    mostTrials,
  )) {
    const { steps, solvedAt } = training;
    table.push([
      number,
      name,
      formatCount(parameterCount),
      score.toFixed(1),
      formatCount(steps),
      solvedAt === undefined ? '' : formatCount(solvedAt),
      formatDuration(seconds),
    ]);
  }
  return table.toString();
}

/** @param study of the snapshot's configuration. @param threshold the return that counts as solved. */
export function formatStudy(
  folder: string,
  snapshot: StudySnapshot,
  study: Study,
  threshold: number | undefined,
): string {
  const { configuration, state, verdict } = snapshot;
  const facts = formatFacts([
    ...describeRecord(folder, snapshot),
    ['space', describeSpace(study.space)],
    ...describeSearch(study),
    ['verdict', describeVerification(configuration.verification)],
  ]);
  const ranked = rankSearch(snapshot).length > 0 ? [formatTrials(snapshot)] : [];
  const ending = state === 'complete' ? [formatVerdict(verdict, configuration, threshold)] : [];
  return [facts, ...ranked, ...ending].join('\n');
}
