/** What a disk without space is told as. */

const codeOf = (error: unknown): unknown => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return code ?? cause?.code;
};

/** @returns the error itself where it is another. @param folder of the study. */
export function explainFullDisk(folder: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code !== 'SQLITE_FULL' && code !== 'ENOSPC') return error;
  const expected = "expected room for the study's record";
  return new Error(`no space left on the disk of "${folder}"; ${expected}`, { cause: error });
}
