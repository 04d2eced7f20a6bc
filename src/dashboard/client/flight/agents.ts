/** The agents that a study has to offer. */
import type { ModelRow, VerdictView } from '../../protocol.ts';
import type { TrialRow } from '../trial-row.ts';
import { formatName, formatScore } from '../format.ts';

export interface Agent {
  /** Its model file; undefined for the scripted pilot. */
  readonly file: string | undefined;
  readonly title: string;
}

export const scriptedAgent: Agent = { file: undefined, title: 'scripted pilot, no network' };

function describe({ file, trial }: ModelRow, trials: readonly TrialRow[], verdict: VerdictView | undefined) {
  if (trial === undefined) {
    const { winner } = verdict ?? {};
    return winner
      ? `winner: ${formatName(winner.name)} (${formatScore(winner.score)})`
      : file.replace('.safetensors', '');
  }
  const row = trials.find(({ number }) => number === trial);
  return row ? `trial ${trial}: ${formatName(row.name)} (${formatScore(row.score)})` : `trial ${trial}`;
}

/** The best first: the winner, then trials from the latest on, since a trial's model is kept when it is the best so far. */
export function listAgents(
  models: readonly ModelRow[],
  trials: readonly TrialRow[],
  verdict: VerdictView | undefined,
): readonly Agent[] {
  const last = Number.POSITIVE_INFINITY;
  const ordered = models.toSorted((a, b) => (b.trial ?? last) - (a.trial ?? last));
  return [
    ...ordered.map((model) => ({ file: model.file, title: describe(model, trials, verdict) })),
    scriptedAgent,
  ];
}
