/** How a study goes on that has stopped. */
import type { ActualState } from '../study/storage.ts';

/** The command, as one writes it in a shell; undefined for a study that runs or is complete. */
export function resumeCommand(folder: string, state: ActualState): string | undefined {
  if (state === 'running' || state === 'complete') return undefined;
  const isPlain = /^[\w./:@%+,-]+$/.test(folder);
  return `touchdown resume ${isPlain ? folder : `'${folder.replaceAll("'", `'\\''`)}'`}`;
}
