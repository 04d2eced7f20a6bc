/** The identity of someone who may not write everywhere, for tests that run as the superuser. */
const nobody = 65_534;

/** Runs work without the superuser's powers, which no folder's permissions bind. */
export async function unprivileged<Result>(work: () => Promise<Result>): Promise<Result> {
  const isSuperuser = process.geteuid?.() === 0;
  if (isSuperuser) process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    if (isSuperuser) process.seteuid?.(0);
  }
}
