/** The page docs/command-line.md, made from the commands themselves: `npm run docs` writes it, a test compares. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { createProgram } from './program.ts';

const helpWidth = 100;

function helpOf(command: CommandUnknownOpts): string {
  // The commander's own help, at a width that does not depend on the terminal, and with defaults of the machine
  // (the number of workers) left out.
  command.configureHelp({ helpWidth });
  return command
    .helpInformation()
    .trimEnd()
    .replaceAll(/(--workers[^]*?)\(default:\s+\d+\)/g, '$1(default: one per core)');
}

/** The page as Markdown. */
export function commandLinePage(): string {
  const program = createProgram();
  const sections = program.commands.map(
    (command) => `## touchdown ${command.name()}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`,
  );
  return [
    '# Command line',
    '',
    'Made from the commands themselves by `npm run docs`; what `--help` prints is the same.',
    '',
    '```',
    helpOf(program),
    '```',
    '',
    'Exit status: 0 done, 1 an error (one line on standard error says which), 2 a command line that cannot be',
    'understood, 130 stopped by Ctrl-C, 143 by SIGTERM. Results go to standard output, progress to standard error.',
    '',
    ...sections,
  ].join('\n');
}
