/** Models on disk. A file appears complete or not at all: written under a temporary name, synced, renamed. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomically } from '../files/write-file.ts';
import { decodeModel, encodeModel, type Model } from './model.ts';

function reasonOf(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `no permission for "${path}" or its folder "${dirname(path)}" (${code})`;
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
      return `"${path}" or its folder does not exist (${code})`;
    case 'EISDIR':
      return `"${path}" is a folder; expected a file (${code})`;
    default:
      return message;
  }
}

/** Writes a model, replacing a file of that name. @throws Error naming the file and why it can't be written. */
export async function saveModel(path: string, model: Model): Promise<void> {
  const bytes = encodeModel(model);
  try {
    await writeFileAtomically(path, bytes);
  } catch (error) {
    throw new Error(`cannot write model: ${reasonOf(error, path)}`, { cause: error });
  }
}

/** Reads a model. @throws Error naming the file and what is wrong with it. */
export async function loadModel(path: string): Promise<Model> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new Error(`cannot read model: ${reasonOf(error, path)}`, { cause: error });
  }
  try {
    return decodeModel(bytes);
  } catch (error) {
    throw new Error(`cannot read model "${path}": ${(error as Error).message}`, { cause: error });
  }
}
