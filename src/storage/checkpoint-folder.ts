/** Checkpoints of a study in a folder: results of its jobs, and the states of those that run. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readNewestCheckpoint, removeCheckpoint, writeCheckpoint } from '../files/checkpoint-file.ts';
import { explainFullDisk } from './full-disk.ts';
import type { Checkpoints } from '../study/storage.ts';

/** Digits of a label that tell the jobs of a study apart; the files hold the whole label. */
const nameLength = 16;

export class CheckpointFolder implements Checkpoints {
  readonly #folder: string;

  /** @param folder is made when there is something to keep. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async readResult(label: string, onDamaged: (problem: string) => void): Promise<unknown> {
    return readNewestCheckpoint(this.#file(label, 'result'), label, onDamaged);
  }

  async writeResult(label: string, result: unknown): Promise<void> {
    try {
      await writeCheckpoint(this.#file(label, 'result'), label, result);
    } catch (error) {
      throw explainFullDisk(this.#folder, error);
    }
    await removeCheckpoint(this.stateFile(label));
  }

  stateFile(label: string): string {
    return this.#file(label, 'state');
  }

  /** Removes all of them. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #file(label: string, extension: string): string {
    return join(this.#folder, `${label.slice(0, nameLength)}.${extension}`);
  }
}
