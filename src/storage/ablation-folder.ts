/**
 * Ablation folders on disk. `ablation.json` is the configuration and the versions it was begun with. `runs.jsonl` has
 * a line per finished run in the order of the plan, the same bytes on every machine; `timings.jsonl` has what the
 * clock said. Lines are appended whole and are on the disk before the next run is; one that a kill or a loss of power
 * has torn is dropped when the folder is opened again.
 */
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../errors/parse-json.ts';
import { validate } from '../errors/validate.ts';
import { createFolderAtomically } from '../files/create-folder.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import {
  type AblationConfiguration,
  ablationConfigurationSchema,
  findConflict,
} from '../study/ablation-configuration.ts';
import type { AblationRecord, AblationRun, RunTiming } from '../study/ablation.ts';
import type { Versions } from '../study/storage.ts';

const headName = 'ablation.json';
const runsName = 'runs.jsonl';
const timingsName = 'timings.jsonl';

const headSchema = z.strictObject({
  versions: z.strictObject({ touchdown: z.string(), node: z.string(), kernels: z.string() }),
  configuration: ablationConfigurationSchema,
});

const count = z.int().nonnegative();
const start = { architecture: z.string(), parameterCount: count, round: z.int().positive(), seed: count };

const runSchema = z.discriminatedUnion('state', [
  z.strictObject({
    ...start,
    state: z.literal('complete'),
    score: z.number(),
    returns: z.array(z.number()).min(1),
    steps: count,
    updates: count,
    episodes: count,
    solvedAt: count.nullable(),
    curve: z.array(z.tuple([count, z.number()])),
  }),
  z.strictObject({ ...start, state: z.literal('failed'), error: z.string() }),
]);

const timingSchema = z.strictObject({
  architecture: z.string(),
  round: z.int().positive(),
  seconds: z.number(),
  secondsToSolve: z.number().nullable(),
});

type RunName = Pick<AblationRun, 'architecture' | 'round'>;

const keyOf = ({ architecture, round }: RunName): string => `${architecture} ${round}`;
const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** @param where for the error. @throws Error in one line for what isn't JSON, or isn't as the schema has it. */
function parse<Schema extends z.ZodType>(text: string, schema: Schema, where: string): z.output<Schema> {
  return validate(schema, parseJson(text, where), where);
}

/** Opens a file to append to it. @throws Error in one line naming the file. */
async function openToAppend(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`cannot write to "${file}" (${code ?? String(error)}); expected a writable file`, {
      cause: error,
    });
  }
}

/** Reads the whole lines of a file. @returns also whether something stands behind them, and how long they are. */
async function readLines<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<{ rows: z.output<Schema>[]; torn: boolean; length: number }> {
  const bytes = await readFile(file);
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
  const lines = whole.toString('utf8').split('\n').slice(0, -1);
  const rows = lines.map((text, i) => parse(text, schema, `"${file}" line ${i + 1}`));
  return { rows, torn: whole.length < bytes.length, length: whole.length };
}

/** Reads a file of lines, and cuts off what stands behind the last whole one. */
async function mendLines<Schema extends z.ZodType>(file: string, schema: Schema) {
  const { rows, torn, length } = await readLines(file, schema);
  if (torn) await truncate(file, length);
  return { rows, torn };
}

export class AblationFolder implements AblationRecord {
  readonly folder: string;
  /** Whether the last line of runs.jsonl was torn and has been dropped. */
  readonly torn: boolean;
  readonly #runs: AblationRun[];
  readonly #timings: Map<string, RunTiming>;
  readonly #files: { readonly runs: FileHandle; readonly timings: FileHandle };

  private constructor(
    folder: string,
    content: { runs: AblationRun[]; timings: Map<string, RunTiming>; torn: boolean },
    files: { runs: FileHandle; timings: FileHandle },
  ) {
    this.folder = folder;
    this.torn = content.torn;
    this.#runs = content.runs;
    this.#timings = content.timings;
    this.#files = files;
  }

  /** @param folder that has an ablation.json. */
  static async open(folder: string): Promise<AblationFolder> {
    const [runsFile, timingsFile] = [join(folder, runsName), join(folder, timingsName)];
    const files = { runs: await openToAppend(runsFile), timings: await openToAppend(timingsFile) };
    const { rows: runs, torn } = await mendLines(runsFile, runSchema);
    const timings = new Map<string, RunTiming>();
    for (const row of (await mendLines(timingsFile, timingSchema)).rows) {
      const { seconds, secondsToSolve } = row;
      timings.set(keyOf(row), { seconds, secondsToSolve });
    }
    return new AblationFolder(folder, { runs, timings, torn }, files);
  }

  get runs(): readonly AblationRun[] {
    return this.#runs;
  }

  timingOf(run: RunName): RunTiming | undefined {
    return this.#timings.get(keyOf(run));
  }

  async add(run: AblationRun, timing: RunTiming): Promise<void> {
    const { architecture, round } = run;
    // Timings first: a run that is in the record has one.
    for (const [file, value] of [
      [this.#files.timings, { architecture, round, ...timing }],
      [this.#files.runs, run],
    ] as const) {
      await file.appendFile(line(value));
      await file.datasync();
    }
    this.#runs.push(run);
    this.#timings.set(keyOf(run), timing);
  }

  async close(): Promise<void> {
    await this.#files.runs.close();
    await this.#files.timings.close();
  }
}

/** @throws Error in one line where the ablation that is there can't go on with this configuration. */
async function continueFolder(
  folder: string,
  configuration: AblationConfiguration,
  versions: Versions,
): Promise<void> {
  const file = join(folder, headName);
  const head = parse(await readFile(file, 'utf8'), headSchema, `"${file}"`);
  const conflict =
    head.versions.touchdown === versions.touchdown
      ? findConflict(head.configuration, configuration)
      : `it is by touchdown ${head.versions.touchdown}, this is ${versions.touchdown}`;
  if (conflict !== undefined) {
    throw new Error(
      `cannot go on with the ablation in "${folder}": ${conflict}; expected the same, or another folder`,
    );
  }
  if (JSON.stringify(head.configuration) === JSON.stringify(configuration)) return;
  await writeFileAtomically(file, headText(configuration, head.versions));
}

const headText = (configuration: AblationConfiguration, versions: Versions): string =>
  `${JSON.stringify({ versions, configuration }, null, 2)}\n`;

/**
 * Opens the folder of an ablation: makes it, or goes on with what is there. What is there may have fewer
 * architectures, or fewer seeds for them; `ablation.json` then takes them up.
 * @throws Error in one line naming the folder, when it can't be made or written, holds something else, or its
 * ablation was begun with other settings or another version of the program.
 */
export async function openAblationFolder(
  path: string,
  configuration: AblationConfiguration,
  versions: Versions,
): Promise<AblationFolder> {
  const folder = resolve(path);
  if (existsSync(join(folder, headName))) await continueFolder(folder, configuration, versions);
  else {
    await createFolderAtomically(folder, 'an ablation', async (temporary) => {
      await mkdir(temporary, { recursive: true });
      await writeFileAtomically(join(temporary, headName), headText(configuration, versions));
    });
  }
  return AblationFolder.open(folder);
}

/**
 * Reads an ablation and leaves it as it is; a torn last line doesn't count.
 * @throws Error in one line naming the folder or the file, when it isn't there or isn't an ablation's.
 */
export async function readAblationFolder(
  folder: string,
): Promise<{ readonly configuration: AblationConfiguration; readonly runs: readonly AblationRun[] }> {
  const [headFile, runsFile] = [join(folder, headName), join(folder, runsName)];
  if (!existsSync(headFile) || !existsSync(runsFile)) {
    throw new Error(`"${folder}" has no ${headName} with ${runsName}; expected the folder of an ablation`);
  }
  const { configuration } = parse(await readFile(headFile, 'utf8'), headSchema, `"${headFile}"`);
  return { configuration, runs: (await readLines(runsFile, runSchema)).rows };
}
