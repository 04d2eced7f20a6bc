// A study that stops and goes on, in one process; test/processes has the same with processes that are killed.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVectorEnvironment } from '../environments/registry.ts';
import { InlineExecutor } from '../execution/inline.ts';
import { ThreadExecutor } from '../execution/threads.ts';
import { createStudyFolder, openStudyFolder, resumeStudyFolder } from '../storage/study-folder.ts';
import { parseStudyConfiguration, type StudyConfigurationInput } from './configuration.ts';
import type { StudyEvent } from './events.ts';
import type { Executor } from './executor.ts';
import { Study, type StudyResult } from './study.ts';

const versions = { touchdown: '1.2.3', node: process.versions.node, kernels: 'wasm' };
const lander = createVectorEnvironment('LunarLander-v3', 1).spec;

const common: StudyConfigurationInput = {
  seed: 6,
  trial: { steps: 2000, validationEpisodes: 3 },
  hyperparameters: { learningStarts: 200, bufferSize: 4000, batchSize: 32 },
  verification: { finalists: 2, seeds: 3, steps: 1500, episodes: 4, control: true },
};
const children: StudyConfigurationInput = {
  ...common,
  space: 'lunar-lander-quick',
  strategy: { name: 'children', iterations: 2, samplesPerIteration: 3 },
};
const oneShot: StudyConfigurationInput = {
  ...common,
  space: { layers: [2], units: [8, 32], activations: ['relu', 'sigmoid'] },
  strategy: {
    name: 'enas',
    totalSteps: 12_000,
    iterations: 2,
    samplesPerIteration: 3,
    episodesPerSample: 2,
    candidates: 8,
    candidateEpisodes: 2,
  },
};

let base: string;
let count = 0;
const fresh = () => join(base, `study-${++count}`);
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-resume-'));
});
afterAll(async () => {
  await rm(base, { recursive: true });
});

/** Events of jobs that run. They come by the clock, so that a fast machine has fewer of them. */
const countLive = (events: readonly StudyEvent[]) =>
  events.filter(({ kind }) => kind.endsWith('progress') || kind === 'checkpoint').length;

const half = (events: readonly StudyEvent[]) => Math.ceil(countLive(events) / 2);

/** Begins a study, or goes on with it, and stops it after so many events of jobs that run. */
async function runFor(
  folder: string,
  input: StudyConfigurationInput,
  executor: Executor,
  { isNew, events = Infinity }: { isNew: boolean; events?: number },
): Promise<{ readonly result: StudyResult; readonly events: readonly StudyEvent[] }> {
  const configuration = parseStudyConfiguration(input);
  const storage = isNew
    ? await createStudyFolder(folder, configuration, versions)
    : await resumeStudyFolder(folder, versions);
  const controller = new AbortController();
  const heard: StudyEvent[] = [];
  const onEvent = (event: StudyEvent) => {
    heard.push(event);
    if (countLive(heard) >= events) controller.abort(new Error('stopped'));
  };
  try {
    const study = new Study(configuration, lander);
    const { signal } = controller;
    return {
      result: await study.run({ executor, storage, signal, onEvent, checkpointInterval: 0 }),
      events: heard,
    };
  } finally {
    await storage.close();
    await executor.close();
  }
}

/** All that a study leaves behind but times. */
async function remains(folder: string) {
  const storage = await openStudyFolder(folder);
  const { createdAt: _, ...record } = await storage.read();
  await storage.close();
  const names = (await readdir(join(folder, 'models'))).sort();
  const models = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, 'models', name))]),
  );
  const timeless = (key: string, value: unknown) => (key === 'seconds' ? 0 : value);
  return { record: JSON.parse(JSON.stringify(record, timeless)) as object, models };
}

// Some fifteen trainings each, cut into pieces: seconds.
describe('a study that goes on', () => {
  test.each([
    ['of trials', children],
    ['one-shot', oneShot],
  ])('%s, stopped again and again, ends as one that never stopped', async (_kind, input) => {
    const whole = fresh();
    const { events } = await runFor(whole, input, new InlineExecutor(), { isNew: true });
    const least = Math.max(4, Math.ceil(countLive(events) / 6));
    const folder = fresh();
    let stops = 0;
    for (let isNew = true; stops < 100; isNew = false) {
      // A thread takes a while to start: fewer of those.
      const executor = stops % 4 === 1 ? new ThreadExecutor(2) : new InlineExecutor();
      const { result } = await runFor(folder, input, executor, { isNew, events: least + (stops % 4) });
      if (result.state === 'complete') break;
      expect(await remains(folder)).toMatchObject({ record: { state: 'interrupted' } });
      stops += 1;
    }
    expect(stops).toBeGreaterThan(3);
    expect(await remains(folder)).toEqual(await remains(whole));
    expect(await readdir(folder)).not.toContain('checkpoints');
  });

  test('does not run again what has ended', async () => {
    const whole = await runFor(fresh(), children, new InlineExecutor(), { isNew: true });
    const folder = fresh();
    const first = await runFor(folder, children, new InlineExecutor(), {
      isNew: true,
      events: half(whole.events),
    });
    expect(first.result.state).toBe('interrupted');
    const done = first.result.trials.length;
    expect(done).toBeGreaterThan(0);
    const second = await runFor(folder, children, new InlineExecutor(), { isNew: false });
    const running = second.events.filter((event) => event.kind === 'trial-progress');
    expect(running.length).toBeGreaterThan(0);
    expect(Math.min(...running.map(({ number }) => number))).toBeGreaterThanOrEqual(done);
    expect(second.result.trials.slice(0, done)).toEqual(first.result.trials);
  });

  test('does again what was kept and is damaged, and says so', async () => {
    const whole = fresh();
    const { events: all } = await runFor(whole, children, new InlineExecutor(), { isNew: true });
    const folder = fresh();
    await runFor(folder, children, new InlineExecutor(), { isNew: true, events: half(all) });
    const kept = await readdir(join(folder, 'checkpoints'));
    expect(kept.filter((name) => name.endsWith('.result')).length).toBeGreaterThan(0);
    for (const name of kept) {
      const file = join(folder, 'checkpoints', name);
      const bytes = await readFile(file);
      bytes[bytes.length - 1] ^= 1;
      await writeFile(file, bytes);
    }
    const { events } = await runFor(folder, children, new InlineExecutor(), { isNew: false });
    const problems = events.flatMap((event) => (event.kind === 'checkpoint-problem' ? [event.problem] : []));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems)
      expect(problem).toMatch(/^checkpoint ".*" can't be used: the content is damaged$/);
    expect(await remains(folder)).toEqual(await remains(whole));
  });

  test('of which the database is damaged is made anew from what is kept', async () => {
    const whole = fresh();
    await runFor(whole, children, new InlineExecutor(), { isNew: true });
    const folder = fresh();
    const first = await runFor(folder, children, new InlineExecutor(), { isNew: true, events: 25 });
    const file = join(folder, 'study.db');
    const bytes = await readFile(file);
    // A page in the middle, and nothing where the others say it is.
    bytes.fill(0xa5, 8192, 12_288);
    await writeFile(file, bytes);
    await expect(openStudyFolder(folder)).rejects.toThrow(/^cannot open the study in ".*" \(study.db\): /);
    const notices: string[] = [];
    const storage = await resumeStudyFolder(folder, versions, (notice) => notices.push(notice));
    const executor = new InlineExecutor();
    const study = new Study(parseStudyConfiguration(children), lander);
    const second = await study.run({ executor, storage });
    await storage.close();
    await executor.close();
    expect(notices).toEqual([expect.stringMatching(/^".*study.db" can't be read \(.*\): it is put aside/)]);
    expect(second.trials.slice(0, first.result.trials.length)).toEqual(first.result.trials);
    expect(await remains(folder)).toEqual(await remains(whole));
    expect(await readdir(folder)).toContain('study.db.damaged');
  });

  test('is not gone on with where it comes out differently: the record was changed', async () => {
    const folder = fresh();
    await runFor(folder, children, new InlineExecutor(), { isNew: true, events: 25 });
    const storage = await resumeStudyFolder(folder, versions);
    const configuration = parseStudyConfiguration({ ...children, seed: 7 });
    const executor = new InlineExecutor();
    const other = new Study(configuration, lander).run({ executor, storage });
    await expect(other).rejects.toThrow(
      /^trial 0 came out as .*, score .*; expected what is recorded, .*, score /,
    );
    await storage.close();
    await executor.close();
  });
});
