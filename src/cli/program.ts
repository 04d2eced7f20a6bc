/** The commands and what holds for all of them. `--help` and docs/command-line.md both come from here. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { createAblateCommand } from './commands/ablate.ts';
import { createCompareCommand } from './commands/compare.ts';
import { createEvaluateCommand } from './commands/evaluate.ts';
import { createPlayCommand } from './commands/play.ts';
import { createResumeCommand } from './commands/resume.ts';
import { createSchemaCommand } from './commands/schema.ts';
import { createSearchCommand } from './commands/search.ts';
import { createTrainCommand } from './commands/train.ts';
import { versions } from './version.ts';

/** Exit status of a command line that can't be understood. */
const usageStatus = 2;

const examples = `
Examples:
  touchdown search --preset quick            a search of a few minutes, ending in a trained winner
  touchdown resume STUDY                     goes on with one that was stopped or killed
  touchdown ablate 32,relu,64,relu 128,relu,128,relu --seeds 5
  touchdown train --architecture 128,relu,128,relu
  touchdown evaluate MODEL --episodes 500
  touchdown play MODEL --output landing.mp4
`;

/** Builds the whole command line anew. */
export function createProgram(): CommandUnknownOpts {
  const program = new Command('touchdown')
    .description('Neural architecture search for deep reinforcement learning.')
    .option('-V, --version', 'print the versions of touchdown, Node and the kernels in use')
    .option('--debug', 'show a stack trace with an error')
    .showSuggestionAfterError()
    .showHelpAfterError('(touchdown --help shows the commands, touchdown COMMAND --help their options)')
    .addHelpText('after', examples)
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : usageStatus);
    });
  program.on('option:version', () => {
    const { touchdown, node, kernels } = versions();
    console.log(`touchdown ${touchdown} · Node ${node} · kernels ${kernels}`);
    process.exit(0);
  });
  for (const create of [
    createSearchCommand,
    createResumeCommand,
    createAblateCommand,
    createCompareCommand,
    createTrainCommand,
    createEvaluateCommand,
    createPlayCommand,
    createSchemaCommand,
  ]) {
    program.addCommand(create().configureHelp({ showGlobalOptions: true }).copyInheritedSettings(program));
  }
  return program;
}
