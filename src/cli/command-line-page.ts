/** The page docs/command-line.md, made from the commands themselves: `npm run docs` writes it, a test compares. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { examplesOf } from './examples.ts';
import { createProgram } from './program.ts';

const helpWidth = 100;

const conventions = [
  '## Output',
  '',
  'Results go to standard output; the plan, progress and errors to standard error. `--quiet` leaves plan and progress',
  'out. Colour is for terminals only, and not where `NO_COLOR` is set.',
  '',
  'With `--json` standard output is one JSON document on one line, whatever happens: the result, or `{"error": "…"}`',
  'beside the line on standard error. A search or comparison that was stopped has a result, with `"state":',
  '"interrupted"`. `schema`, `completion`, `dashboard` and `studies export` write what they are named for and have no',
  '`--json`; an error of theirs is on standard error alone.',
  '',
  '## Exit status',
  '',
  '| status | |',
  '|---|---|',
  '| 0 | done |',
  '| 1 | an error; one line on standard error says which. `--debug` adds a stack trace |',
  '| 2 | a command line that cannot be understood; nothing was done |',
  '| 130 | stopped by Ctrl-C, at the second one at once |',
  '| 143 | stopped by SIGTERM |',
];

function helpOf(command: CommandUnknownOpts): string {
  // The commander's own help, at a width that does not depend on the terminal, and with defaults of the machine
  // (the number of workers) left out.
  command.configureHelp({ ...command.configureHelp(), helpWidth, showGlobalOptions: false });
  const help = command
    .helpInformation()
    .trimEnd()
    .replaceAll(/(--workers[^]*?)\(default:\s+\d+\)/g, '$1(default: one per core)');
  return [help, '', 'Examples:', ...examplesOf(command).map((example) => `  ${example}`)].join('\n');
}

/** A section per command, those with commands of their own before these. */
const describeCommand = (command: CommandUnknownOpts, parent: string): string[] => {
  const name = `${parent} ${command.name()}`;
  return [
    `## ${name}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`,
    ...command.commands.flatMap((child) => describeCommand(child, name)),
  ];
};

/** The page as Markdown. */
export function commandLinePage(): string {
  const program = createProgram();
  const sections = program.commands.flatMap((command) => describeCommand(command, program.name()));
  return [
    '# Command line',
    '',
    'Made from the commands themselves by `npm run docs`; what `--help` prints is the same.',
    '',
    '```',
    helpOf(program),
    '```',
    '',
    ...conventions,
    '',
    ...sections,
  ].join('\n');
}
