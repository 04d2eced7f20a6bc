/** Models on disk. A file appears complete or not at all: written under a temporary name, synced, renamed. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeModel, encodeModel, type Model } from './model.ts';

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx');
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function reasonOf(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `no permission for "${path}" or its folder "${dirname(path)}" (${code})`;
    case 'ENOENT':
    case 'ENOTDIR':
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
    await writeWhole(path, bytes);
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
