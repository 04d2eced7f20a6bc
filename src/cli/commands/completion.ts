/** `touchdown completion`: what makes a shell complete commands, options and their values. */
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { shells, writeCompletion } from '../completion.ts';
import { withExamples } from '../examples.ts';

export function createCompletionCommand(): CommandUnknownOpts {
  const command: CommandUnknownOpts = new Command('completion')
    .description(
      'Print a script that makes a shell complete commands, options and their values. To be read by the shell when it starts.',
    )
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .action((shell) => {
      // The whole command line is the parent.
      if (command.parent) process.stdout.write(writeCompletion(command.parent, shell));
    });
  return withExamples(command, [
    'touchdown completion bash > ~/.local/share/bash-completion/completions/touchdown',
    'touchdown completion zsh > ~/.zfunc/_touchdown     (with fpath+=~/.zfunc before compinit in ~/.zshrc)',
    'touchdown completion fish > ~/.config/fish/completions/touchdown.fish',
  ]);
}
