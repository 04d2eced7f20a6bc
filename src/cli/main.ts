/** The command `touchdown`: the one place where implementations are put together. */
import { CommanderError } from 'commander';
import { messageOf } from '../errors/message-of.ts';
import { createProgram } from './program.ts';

/** Exit status of a command line that can't be understood. */
const usageStatus = 2;

/** `--debug` anywhere shows stack traces. */
const wantsTrace = (argv: readonly string[]): boolean => argv.includes('--debug');

/** `--json` anywhere: what went wrong is data too. */
const wantsJson = (argv: readonly string[]): boolean => argv.includes('--json');

/** An error as one line on standard error, with `--json` also as `{"error": "…"}` on standard output. */
function report(error: unknown, argv: readonly string[]): void {
  const message = messageOf(error);
  // commander has said by then what it didn't understand.
  const isUsage = error instanceof CommanderError;
  if (!isUsage) process.stderr.write(`touchdown: ${message}\n`);
  if (wantsJson(argv)) console.log(JSON.stringify({ error: message.replace(/^error: /, '') }));
  if (wantsTrace(argv) && error instanceof Error && !isUsage) process.stderr.write(`${error.stack ?? ''}\n`);
  // A signal that stopped the work has set the status already.
  process.exitCode ??= isUsage ? usageStatus : 1;
}

/** Runs a command line. Errors end as one line on standard error and exit status 1 (2 for a wrong usage). */
export async function main(argv: readonly string[]): Promise<void> {
  // A closed pipe (touchdown … | head) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    // Help that was asked for is no error either.
    if (!(error instanceof CommanderError && error.exitCode === 0)) report(error, argv);
  }
}
