/** The command `touchdown`: the one place where implementations are put together. */
import { createProgram } from './program.ts';

/** `--debug` anywhere shows stack traces. */
const wantsTrace = (argv: readonly string[]): boolean => argv.includes('--debug');

/** Runs a command line. Errors end as one line on standard error and exit status 1 (2 for a wrong usage). */
export async function main(argv: readonly string[]): Promise<void> {
  // A closed pipe (touchdown … | head) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`touchdown: ${message}\n`);
    if (wantsTrace(argv) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    // A signal that stopped the work has set the status already.
    process.exitCode ??= 1;
  }
}
