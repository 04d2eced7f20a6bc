/**
 * Folders of comparisons on disk. `configuration.json` is the configuration and the versions it was begun with,
 * `studies.json` which studies are done and what they took, `STRATEGY-seed-S/` a study each. A study that isn't in
 * `studies.json` was stopped, and goes on.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../errors/message-of.ts';
import { validate } from '../errors/validate.ts';
import { createFolderAtomically } from '../files/create-folder.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import { strategyNames } from '../search/strategies.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import type { ComparisonRecord, FinishedStudy, PlannedStudy } from '../study/search-comparison.ts';
import {
  findComparisonConflict,
  type SearchComparisonConfiguration,
  searchComparisonSchema,
} from '../study/search-comparison-configuration.ts';
import type { Storage, StudySnapshot, Versions } from '../study/storage.ts';
import { createStudyFolder, isStudyRunning, openStudyFolder, resumeStudyFolder } from './study-folder.ts';
import type { SqliteStorage } from './sqlite.ts';

const headName = 'configuration.json';
const studiesName = 'studies.json';

const headSchema = z.strictObject({
  versions: z.strictObject({ touchdown: z.string(), node: z.string(), kernels: z.string() }),
  configuration: searchComparisonSchema,
});

const studiesSchema = z.array(
  z.strictObject({
    strategy: z.enum(strategyNames),
    seed: z.int().nonnegative(),
    work: z.number().nonnegative(),
    seconds: z.number().nonnegative(),
  }),
);

const format = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** @throws Error in one line for a file that isn't JSON, or isn't as the schema has it. */
async function readJson<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`cannot read "${file}": ${messageOf(error)}`, { cause: error });
  }
  return validate(schema, value, `"${file}"`);
}

export class ComparisonFolder implements ComparisonRecord {
  readonly folder: string;
  readonly #versions: Versions;
  readonly #finished: FinishedStudy[];

  constructor(folder: string, finished: readonly FinishedStudy[], versions: Versions) {
    this.folder = folder;
    this.#finished = [...finished];
    this.#versions = versions;
  }

  get finished(): readonly FinishedStudy[] {
    return this.#finished;
  }

  folderOf({ strategy, seed }: PlannedStudy): string {
    return join(this.folder, `${strategy}-seed-${seed}`);
  }

  async openStudy(planned: PlannedStudy, configuration: StudyConfiguration): Promise<Storage> {
    const folder = this.folderOf(planned);
    const begun = await this.#resume(folder, configuration);
    if (begun) return begun;
    await rm(folder, { recursive: true, force: true });
    return createStudyFolder(folder, configuration, this.#versions);
  }

  /** The study in a folder, where it can be gone on with. @throws Error when another process is at it. */
  async #resume(folder: string, configuration: StudyConfiguration): Promise<Storage | undefined> {
    if (!existsSync(folder)) return undefined;
    let storage: SqliteStorage;
    try {
      storage = await resumeStudyFolder(folder, this.#versions);
    } catch (error) {
      if (isStudyRunning(folder)) throw error;
      return undefined;
    }
    const { state, configuration: begun } = await storage.readRecord();
    const isSame = JSON.stringify(begun) === JSON.stringify(configuration);
    if (state !== 'complete' && isSame) return storage;
    await storage.close();
    return undefined;
  }

  async add(finished: FinishedStudy): Promise<void> {
    await writeFileAtomically(join(this.folder, studiesName), format([...this.#finished, finished]));
    this.#finished.push(finished);
  }

  /** @throws Error in one line naming the folder when there is no readable study in it. */
  async readStudy(planned: PlannedStudy): Promise<StudySnapshot> {
    const storage = await openStudyFolder(this.folderOf(planned));
    try {
      return await storage.read();
    } finally {
      await storage.close();
    }
  }
}

/** @throws Error in one line where the comparison that is there can't go on with this configuration. */
async function continueFolder(
  folder: string,
  configuration: SearchComparisonConfiguration,
  versions: Versions,
): Promise<void> {
  const file = join(folder, headName);
  const head = await readJson(file, headSchema);
  const conflict =
    head.versions.touchdown === versions.touchdown
      ? findComparisonConflict(head.configuration, configuration)
      : `it is by touchdown ${head.versions.touchdown}, this is ${versions.touchdown}`;
  if (conflict !== undefined) {
    throw new Error(
      `cannot go on with the comparison in "${folder}": ${conflict}; expected the same, or another folder`,
    );
  }
  if (head.configuration.seeds === configuration.seeds) return;
  await writeFileAtomically(file, format({ versions: head.versions, configuration }));
}

/**
 * Opens the folder of a comparison: makes it, or goes on with what is there, which may have fewer seeds.
 * @throws Error in one line naming the folder, when it can't be made, holds something else, or its comparison was begun
 * with other settings or another version of the program.
 */
export async function openComparisonFolder(
  path: string,
  configuration: SearchComparisonConfiguration,
  versions: Versions,
): Promise<ComparisonFolder> {
  const folder = resolve(path);
  if (existsSync(join(folder, headName))) await continueFolder(folder, configuration, versions);
  else {
    await createFolderAtomically(folder, 'a comparison', async (temporary) => {
      await mkdir(temporary, { recursive: true });
      await writeFileAtomically(join(temporary, studiesName), format([]));
      await writeFileAtomically(join(temporary, headName), format({ versions, configuration }));
    });
  }
  return new ComparisonFolder(folder, await readJson(join(folder, studiesName), studiesSchema), versions);
}
