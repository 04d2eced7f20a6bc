/** Ctrl-C and SIGTERM as an AbortSignal: the first asks work to stop cleanly, a second Ctrl-C stops at once. */

/** The exit status of a command that was stopped by a signal, as shells count it: 128 + its number. */
export const exitStatus = { SIGINT: 130, SIGTERM: 143 } as const;

/** Runs `work` with a signal that aborts when the process is asked to stop. */
export async function withInterrupt<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (name: keyof typeof exitStatus): void => {
    if (controller.signal.aborted) process.exit(exitStatus[name]);
    process.exitCode = exitStatus[name];
    controller.abort();
  };
  const onInterrupt = () => stop('SIGINT');
  const onTerminate = () => stop('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  }
}
