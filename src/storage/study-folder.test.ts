import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unprivileged } from '../../test/unprivileged.ts';
import { describeStorage } from '../../test/contracts/storage.ts';
import { loadModel } from '../networks/model-file.ts';
import { parseStudyConfiguration } from '../study/configuration.ts';
import { createStudyFolder, isStudyRunning, openStudyFolder, resumeStudyFolder } from './study-folder.ts';

let base: string;
let count = 0;
const fresh = () => join(base, `study-${++count}`);

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-storage-'));
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

describeStorage({
  name: 'SQLite in a folder',
  create: async (configuration, versions) => {
    const folder = fresh();
    return {
      storage: await createStudyFolder(folder, configuration, versions),
      reopen: () => resumeStudyFolder(folder, versions),
      loadModel: (path) => loadModel(join(folder, path)),
    };
  },
});

const configuration = parseStudyConfiguration({});
const firstTrial = {
  state: 'running',
  number: 0,
  sample: [0, 0, 0, 0],
  name: '64,relu,64,relu',
  architecture: '64,relu,64,relu',
  parameterCount: 100,
  seed: 1,
  budget: 10,
} as const;
const versions = { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' };
const create = (folder: string) => createStudyFolder(folder, configuration, versions);

describe('createStudyFolder', () => {
  test('makes study.db and models/ in a new folder, below new folders, and in an empty one', async () => {
    const empty = fresh();
    await mkdir(empty);
    for (const folder of [join(fresh(), 'a', 'b'), empty]) {
      const storage = await create(folder);
      expect(storage.folder).toBe(folder);
      expect((await readdir(folder)).filter((name) => !/-(wal|shm|journal)$/.test(name)).sort()).toEqual([
        'checkpoints',
        'models',
        'study.db',
        'study.lock',
      ]);
      await storage.close();
      const left = ['checkpoints', 'models', 'study.db'];
      expect((await readdir(folder)).sort()).toEqual(left);
      await (await openStudyFolder(folder)).close();
      expect((await readdir(folder)).sort()).toEqual(left);
    }
  });

  test('refuses a folder that isn’t empty by name, and leaves it alone', async () => {
    const folder = fresh();
    await mkdir(folder);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(create(folder)).rejects.toThrow(
      `cannot create a study: "${folder}" is not empty; expected a new or empty folder`,
    );
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });

  test('refuses a file, and a folder below a file', async () => {
    const file = fresh();
    await writeFile(file, 'mine');
    await expect(create(file)).rejects.toThrow(`"${file}" is a file; expected a new or empty folder`);
    await expect(create(join(file, 'x'))).rejects.toThrow('lies below a file');
  });

  test('refuses a folder it may not write to, and leaves nothing behind', async () => {
    const parent = fresh();
    await mkdir(parent);
    await chmod(parent, 0o555);
    const creating = unprivileged(() => create(join(parent, 'x')));
    await expect(creating).rejects.toThrow(/can't be made in ".*" \(EACCES\)/);
    expect(await readdir(parent)).toEqual([]);
  });

  test('leaves nothing behind when the study can’t be written', async () => {
    const parent = fresh();
    await mkdir(parent);
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const broken = { ...configuration, environment: { id: 'x', options: cyclic } } as typeof configuration;
    await expect(createStudyFolder(join(parent, 'x'), broken, versions)).rejects.toThrow(
      /^cannot create a study: /,
    );
    expect(await readdir(parent)).toEqual([]);
  });
});

describe('openStudyFolder', () => {
  test('names the folder where there is no study, and makes none', async () => {
    const folder = fresh();
    await expect(openStudyFolder(folder)).rejects.toThrow(
      `no study in "${folder}"; expected a folder with study.db`,
    );
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  test('refuses what isn’t a database, and a schema from the future', async () => {
    const folder = fresh();
    await mkdir(folder);
    await writeFile(join(folder, 'study.db'), 'a text that is long enough to be no database'.repeat(100));
    await expect(openStudyFolder(folder)).rejects.toThrow(
      `cannot open the study in "${folder}" (study.db): file is not a database`,
    );
    const newer = fresh();
    await (await create(newer)).close();
    const database = new SqliteDatabase(join(newer, 'study.db'));
    database.exec("insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')");
    database.close();
    await expect(openStudyFolder(newer)).rejects.toThrow(
      'its schema is 9999-later, of a later version of touchdown; expected 0004-live-trainings or older',
    );
  });

  test('brings a study of the first schema up to date: its trials are of the search, its verdict says too little', async () => {
    const folder = fresh();
    const storage = await create(folder);
    await storage.startTrial({ ...firstTrial, phase: 'control' });
    await storage.close();
    const database = new SqliteDatabase(join(folder, 'study.db'));
    database.exec(`
      alter table trials drop column phase;
      alter table studies drop column share;
      alter table studies drop column seconds_left;
      drop table live_trainings;
      update studies set verdict = '{"state":"failed"}';
      delete from kysely_migration where name > '0002';
    `);
    database.close();
    const reopened = await openStudyFolder(folder);
    const { trials, verdict } = await reopened.read();
    await reopened.close();
    expect(trials).toMatchObject([{ number: 0, phase: 'search', architecture: '64,relu,64,relu' }]);
    expect(verdict).toBeUndefined();
    const before = new SqliteDatabase(join(folder, 'study.db.before-0002-verdicts'), { readonly: true });
    expect(before.prepare('select verdict from studies').pluck().get()).toBe('{"state":"failed"}');
    before.close();
  });

  test('makes room for trainings that run in a study of before, and keeps all that it has', async () => {
    const folder = fresh();
    const storage = await create(folder);
    await storage.addPolicy({ iteration: 0, probabilities: [[1]] });
    await storage.finish('interrupted');
    const before = await storage.read();
    await storage.close();
    const database = new SqliteDatabase(join(folder, 'study.db'));
    database.exec(`
      alter table studies drop column share;
      alter table studies drop column seconds_left;
      drop table live_trainings;
      delete from kysely_migration where name > '0004';
    `);
    database.close();
    const reopened = await resumeStudyFolder(folder, versions);
    expect(await reopened.read()).toEqual(before);
    await reopened.showStanding({ share: 0.5, secondsLeft: 3 });
    expect(await readdir(folder)).toContain('study.db.before-0004-live-trainings');
    await reopened.close();
  });

  const damages = [
    [`update studies set configuration = 'Z{}'`, /^the configuration in the database isn't JSON: /],
    [`update studies set verdict = '{'`, /^the verdict in the database isn't JSON: /],
    [`update trials set sample = '[0,'`, /^the sample of trial 0 in the database isn't JSON: /],
    [`update trials set sample = 'null'`, /^the sample of trial 0 in the database: is null; /],
    [`update trials set sample = '[9,0,0,0]'`, /^choice 9 for "units 1" in space lunar-lander-100; /],
    [
      `update trials set state = 'done'`,
      /^trial 0 in the database is done; expected running, complete or failed$/,
    ],
  ] as const;
  test.each(damages)(
    'says in one line what a row has where it makes no sense: %s',
    async (damage, message) => {
      const folder = fresh();
      const storage = await create(folder);
      await storage.startTrial({ ...firstTrial, phase: 'search' });
      await storage.close();
      const database = new SqliteDatabase(join(folder, 'study.db'));
      database.pragma('ignore_check_constraints = true');
      database.exec(damage);
      database.close();
      const reopened = await openStudyFolder(folder);
      await expect(reopened.read()).rejects.toThrow(message);
      await reopened.close();
    },
  );

  test('reads while another process writes', async () => {
    const folder = fresh();
    const writer = await create(folder);
    const reader = await openStudyFolder(folder);
    await writer.addPolicy({ iteration: 0, probabilities: [[1]] });
    expect((await reader.read()).policies).toHaveLength(1);
    await reader.close();
    await writer.close();
  });
});

describe('resumeStudyFolder', () => {
  test('is for one process at a time, and others may read', async () => {
    const folder = fresh();
    const writer = await create(folder);
    expect(isStudyRunning(folder)).toBe(true);
    await expect(resumeStudyFolder(folder, versions)).rejects.toThrow(
      `the study in "${folder}" is being run by process ${process.pid}`,
    );
    await (await openStudyFolder(folder)).close();
    await writer.close();
    expect(isStudyRunning(folder)).toBe(false);
    await (await resumeStudyFolder(folder, versions)).close();
  });

  test('refuses a study of another version of touchdown, and leaves it unlocked', async () => {
    const folder = fresh();
    await (await create(folder)).close();
    await expect(resumeStudyFolder(folder, { ...versions, touchdown: '9.9.9' })).rejects.toThrow(
      `the study in "${folder}" was begun with touchdown 1.2.3; expected 9.9.9, this one`,
    );
    await expect(resumeStudyFolder(fresh(), versions)).rejects.toThrow('no study in');
    expect(isStudyRunning(folder)).toBe(false);
  });

  test('clears away what a killed process left half written', async () => {
    const folder = fresh();
    await (await create(folder)).close();
    await writeFile(join(folder, 'models', '.winner.safetensors.12-0-1.tmp'), 'half');
    await writeFile(join(folder, 'models', 'mine.tmp'), 'not ours');
    await (await resumeStudyFolder(folder, versions)).close();
    expect(await readdir(join(folder, 'models'))).toEqual(['mine.tmp']);
  });
});
