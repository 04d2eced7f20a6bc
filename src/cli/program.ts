/** The commands and what holds for all of them. `--help` and docs/command-line.md both come from here. */
import { Command, type CommandUnknownOpts, Help, type Option } from '@commander-js/extra-typings';
import { createAblateCommand } from './commands/ablate.ts';
import { createBenchCommand } from './commands/bench.ts';
import { createCompareCommand } from './commands/compare.ts';
import { createCompletionCommand } from './commands/completion.ts';
import { createDashboardCommand } from './commands/dashboard.ts';
import { createEvaluateCommand } from './commands/evaluate.ts';
import { createPlayCommand } from './commands/play.ts';
import { createReportCommand } from './commands/report.ts';
import { createResumeCommand } from './commands/resume.ts';
import { createSchemaCommand } from './commands/schema.ts';
import { createSearchCommand } from './commands/search.ts';
import { createStudiesCommand } from './commands/studies.ts';
import { createTrainCommand } from './commands/train.ts';
import { withExamples } from './examples.ts';
import { setQuiet } from './messages.ts';
import { versions } from '../library/version.ts';

const examples = [
  'touchdown search                           a search of a few minutes, ending in a trained winner',
  'touchdown search study.yaml --dry-run      what a study of your own would do, and take',
  'touchdown resume STUDY                     goes on with one that was stopped or killed',
  'touchdown studies list',
  'touchdown ablate 32,relu,64,relu 128,relu,128,relu --seeds 5',
  'touchdown train --architecture 128,relu,128,relu',
  'touchdown evaluate MODEL --episodes 500',
  'touchdown play MODEL --video landing.mp4',
  'touchdown dashboard                        the studies in the browser, as they run',
];

/** As commander has it, and a default in words where there is no value to show. */
function describeOption(option: Option): string {
  const text = new Help().optionDescription(option);
  const { defaultValue, defaultValueDescription: words } = option;
  return defaultValue === undefined && words !== undefined ? `${text} (default: ${words})` : text;
}

/** Hands on what holds for all commands. */
function adopt(command: CommandUnknownOpts, parent: CommandUnknownOpts): void {
  command
    .copyInheritedSettings(parent)
    .configureHelp({ showGlobalOptions: true, optionDescription: describeOption });
  for (const child of command.commands) adopt(child, command);
}

/** Builds the whole command line anew. */
export function createProgram(): CommandUnknownOpts {
  const program = new Command('touchdown')
    .description('Neural architecture search for deep reinforcement learning.')
    .option('-V, --version', 'print the versions of touchdown, Node and the kernels in use')
    .option('-q, --quiet', 'show results and errors only: no plan, no progress')
    .option('--debug', 'show a stack trace with an error')
    .showSuggestionAfterError()
    .showHelpAfterError('(touchdown --help shows the commands, touchdown COMMAND --help their options)')
    .exitOverride()
    .hook('preAction', (self) => setQuiet(self.opts().quiet ?? false));
  program.on('option:version', () => {
    const { touchdown, node, kernels } = versions();
    console.log(`touchdown ${touchdown} · Node ${node} · kernels ${kernels}`);
    process.exit(0);
  });
  for (const create of [
    createSearchCommand,
    createResumeCommand,
    createStudiesCommand,
    createAblateCommand,
    createCompareCommand,
    createTrainCommand,
    createEvaluateCommand,
    createPlayCommand,
    createReportCommand,
    createDashboardCommand,
    createBenchCommand,
    createSchemaCommand,
    createCompletionCommand,
  ]) {
    const command = create();
    program.addCommand(command);
    adopt(command, program);
  }
  return withExamples(program, examples);
}
