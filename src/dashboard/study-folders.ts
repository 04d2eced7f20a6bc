/**
 * The folder that a dashboard shows and the studies right below it. Names come from outside: whatever leads elsewhere,
 * by `..`, by a separator or by a symbolic link, is not there.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';

const databaseName = 'study.db';
const modelsName = 'models';

const isPlainName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);

const isModelName = (name: string): boolean => /^[\w-]+\.safetensors$/.test(name);

/** Whether there is a file (not a link to one). */
async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

export class StudyFolders {
  /** Without symbolic links on the way. */
  readonly root: string;
  /** Where the folder asked for is a study itself: its name, the only one that is shown. */
  readonly #only: string | undefined;

  private constructor(root: string, only: string | undefined) {
    this.root = root;
    this.#only = only;
  }

  /**
   * @param path a folder of studies, or of one study alone.
   * @throws Error in one line when there is no such folder.
   */
  static async open(path: string): Promise<StudyFolders> {
    const folder = await realpath(path).catch(() => undefined);
    if (folder === undefined || !(await lstat(folder)).isDirectory()) {
      throw new Error(`no folder "${path}"; expected one of studies, which "touchdown search" makes`);
    }
    const isStudy = await isFile(join(folder, databaseName));
    return isStudy
      ? new StudyFolders(dirname(folder), basename(folder))
      : new StudyFolders(folder, undefined);
  }

  /** What is shown, for people. */
  get shown(): string {
    return this.#only === undefined ? this.root : join(this.root, this.#only);
  }

  /** The study that is shown alone, if there is one. */
  get only(): string | undefined {
    return this.#only;
  }

  /** The names of all studies. */
  async list(): Promise<readonly string[]> {
    const names = this.#only === undefined ? await readdir(this.root).catch(() => []) : [this.#only];
    const found = await Promise.all(names.map(async (name) => ((await this.find(name)) ? [name] : [])));
    return found.flat();
  }

  /** The folder of a study; undefined where there is none of that name below the root. */
  async find(name: string): Promise<string | undefined> {
    if (!isPlainName(name) || (this.#only !== undefined && name !== this.#only)) return undefined;
    const folder = await realpath(join(this.root, name)).catch(() => undefined);
    if (folder === undefined || !folder.startsWith(`${this.root}${this.root === sep ? '' : sep}`)) {
      return undefined;
    }
    return (await isFile(join(folder, databaseName))) ? folder : undefined;
  }

  /** When the record of a study last changed, and which file it is; undefined where it is gone. */
  async stamp(folder: string): Promise<{ readonly changedAt: number; readonly inode: number } | undefined> {
    const file = join(folder, databaseName);
    const [database, log] = await Promise.all(
      [file, `${file}-wal`].map((path) => lstat(path).catch(() => undefined)),
    );
    if (database === undefined) return undefined;
    return { changedAt: Math.max(database.mtimeMs, log?.mtimeMs ?? 0), inode: database.ino };
  }

  /** The bytes of a model file; undefined where the study has none of that name. */
  async readModel(study: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const folder = await this.find(study);
    if (folder === undefined || !isModelName(name)) return undefined;
    const models = join(folder, modelsName);
    if ((await realpath(models).catch(() => undefined)) !== models) return undefined;
    const file = await open(join(models, name), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
      () => undefined,
    );
    if (file === undefined) return undefined;
    try {
      return (await file.stat()).isFile() ? new Uint8Array(await file.readFile()) : undefined;
    } finally {
      await file.close();
    }
  }
}
