/** The command line without what it does: to see whether words are understood. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { createProgram } from '../src/cli/program.ts';

/** A command, those below it, and so on. */
export const withChildren = (command: CommandUnknownOpts): readonly CommandUnknownOpts[] => [
  command,
  ...command.commands.flatMap(withChildren),
];

/** A program that does nothing but read its command line. */
export function createReader(): CommandUnknownOpts {
  const program = createProgram();
  for (const command of withChildren(program)) {
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
  }
  return program;
}
