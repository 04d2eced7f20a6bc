/** A study's record in other forms: a table of its trials, plain data, or the file that does the same again. */
import { stringify } from 'yaml';
import { counts, type Decision, type Prefix } from '../search/decisions.ts';
import type { Sample } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import type { StudySnapshot } from '../study/storage.ts';
import type { Trial } from '../study/trial.ts';

export const exportFormats = ['csv', 'json', 'config'] as const;
export type ExportFormat = (typeof exportFormats)[number];

type Cell = string | number | undefined;

/** RFC 4180, with line feeds alone. */
const writeRow = (cells: readonly Cell[]): string =>
  cells
    .map((cell) => String(cell ?? ''))
    .map((text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(',');

const trialColumns = {
  number: ({ number }: Trial) => number,
  phase: ({ phase }: Trial) => phase,
  state: ({ state }: Trial) => state,
  name: ({ name }: Trial) => name,
  architecture: ({ architecture }: Trial) => architecture,
  parameters: ({ parameterCount }: Trial) => parameterCount,
  seed: ({ seed }: Trial) => seed,
  budget: ({ budget }: Trial) => budget,
  score: (trial: Trial) => (trial.state === 'complete' ? trial.score : undefined),
  steps: (trial: Trial) => (trial.state === 'complete' ? trial.training.steps : undefined),
  episodes: (trial: Trial) => (trial.state === 'complete' ? trial.training.episodes : undefined),
  updates: (trial: Trial) => (trial.state === 'complete' ? trial.training.updates : undefined),
  solved_at: (trial: Trial) => (trial.state === 'complete' ? trial.training.solvedAt : undefined),
  seconds: (trial: Trial) => (trial.state === 'running' ? undefined : trial.seconds),
  error: (trial: Trial) => (trial.state === 'failed' ? trial.error : undefined),
} as const satisfies Record<string, (trial: Trial) => Cell>;

/** What a sample chooses, decision by decision; undefined where a decision doesn't count. */
function choicesOf(decisions: readonly Decision[], sample: Sample): Cell[] {
  const prefix: Prefix = [];
  return decisions.map((decision, i) => {
    const choice = counts(decision, prefix) ? sample[i] : undefined;
    prefix.push(choice);
    return choice === undefined ? undefined : decision.choices[choice];
  });
}

/** A row per trial; behind what trials have in common a column per decision of the space, empty where it doesn't count. */
export function writeTrials({ configuration, trials }: StudySnapshot): string {
  const { decisions } = resolveSpace(configuration.space);
  const columns = Object.values(trialColumns);
  const rows = trials.map((trial) => [
    ...columns.map((column) => column(trial)),
    ...choicesOf(decisions, trial.sample),
  ]);
  const head = [...Object.keys(trialColumns), ...decisions.map(({ name }) => name)];
  return `${[head, ...rows].map(writeRow).join('\n')}\n`;
}

/** @param asJson the configuration as JSON instead of YAML. */
export function exportStudy(snapshot: StudySnapshot, format: ExportFormat, asJson: boolean): string {
  const { configuration, versions } = snapshot;
  switch (format) {
    case 'csv':
      return writeTrials(snapshot);
    case 'json':
      return `${JSON.stringify(snapshot)}\n`;
    case 'config':
      return asJson
        ? `${JSON.stringify(configuration, null, 2)}\n`
        : `# A study by touchdown ${versions.touchdown}: touchdown search FILE does the same again.\n${stringify(configuration)}`;
    default:
      return format satisfies never;
  }
}
