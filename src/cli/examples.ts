/** Examples in a command's help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

const known = new WeakMap<CommandUnknownOpts, readonly string[]>();

/** Shows whole command lines behind a command's options; a test parses each. @returns the command. */
export function withExamples<Examined extends CommandUnknownOpts>(
  command: Examined,
  examples: readonly string[],
): Examined {
  known.set(command, examples);
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`);
  return command;
}

export const examplesOf = (command: CommandUnknownOpts): readonly string[] => known.get(command) ?? [];
