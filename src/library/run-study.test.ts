// Threads start and train a dozen small agents: a second or two per study.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineStudy, loadModel, readStudy, resumeStudy, runStudy, type StudySnapshot } from '../index.ts';

const study = defineStudy({
  space: { layers: 1, units: [8, 16, 32], activations: ['relu', 'tanh'] },
  strategy: { name: 'random', trials: 4 },
  seed: 3,
  trial: { steps: 2000, validationEpisodes: 3 },
  hyperparameters: { learningStarts: 200, bufferSize: 4000, batchSize: 32 },
  verification: { finalists: 2, seeds: 2, steps: 1000, episodes: 4 },
});

let base: string;
let whole: StudySnapshot;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-library-'));
  whole = await runStudy(study, join(base, 'whole'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** Without what differs from run to run. */
const outcomeOf = ({ trials, verdict }: StudySnapshot) => ({
  trials: trials.map((trial) => ({ ...trial, seconds: 0 })),
  finalists: verdict?.finalists.map(({ summary, tied }) => ({ summary, tied })),
  winner: verdict?.winner,
});

describe('a study from code', () => {
  test('runs to a verdict in its folder, which can be read again', async () => {
    expect(whole.state).toBe('complete');
    expect(whole.trials.map(({ number, state }) => [number, state])).toEqual(
      [0, 1, 2, 3].map((number) => [number, 'complete']),
    );
    expect(whole.configuration.strategy).toEqual({ name: 'random', trials: 4 });
    expect(whole.versions.node).toBe(process.versions.node);
    expect(await readStudy(join(base, 'whole'))).toEqual(whole);
    const model = await loadModel(join(base, 'whole', 'models', 'winner.safetensors'));
    expect(model.metadata.seed).toBe(whole.verdict?.winner?.seed);
  });

  test('has the same outcome with one worker, stopped and gone on with, and tells of every trial', async () => {
    const folder = join(base, 'in-parts');
    const stop = new AbortController();
    const begun = await runStudy(study, folder, {
      workers: 1,
      signal: stop.signal,
      onEvent: ({ kind }) => {
        if (kind === 'trial-finished') stop.abort();
      },
    });
    expect(begun.state).toBe('interrupted');
    expect(begun.trials.length).toBeLessThan(4);
    const finished: number[] = [];
    const ended = await resumeStudy(folder, {
      workers: 1,
      onEvent: (event) => {
        if (event.kind === 'trial-finished') finished.push(event.trial.number);
      },
    });
    expect(ended.state).toBe('complete');
    expect(finished).toEqual([0, 1, 2, 3]);
    expect(outcomeOf(ended)).toEqual(outcomeOf(whole));
    // There is nothing left to do.
    expect(await resumeStudy(folder)).toEqual(ended);
  });

  test('is refused in one line where it makes no sense, with nothing done', async () => {
    const folder = join(base, 'none');
    const refusal = async (running: Promise<unknown>) => {
      await expect(running).rejects.toThrow(/^[^\n]+$/);
      expect(existsSync(folder)).toBe(false);
      return running.catch((error: unknown) => String(error));
    };
    const verification = { seeds: 0 };
    expect(await refusal(runStudy({ ...study, verification }, folder))).toMatch(
      /^RangeError: study: verification\.seeds is 0; /,
    );
    expect(await refusal(runStudy({ ...study, space: 'lunar-lander-10' }, folder))).toMatch(
      /^RangeError: study: space is "lunar-lander-10"; unknown search space "lunar-lander-10"/,
    );
    expect(await refusal(runStudy(study, folder, { workers: 0 }))).toBe(
      'RangeError: 0 workers; expected a whole number ≥ 1',
    );
    expect(await refusal(readStudy(folder))).toMatch(/^Error: no study in ".*none"/);
    expect(await refusal(resumeStudy(folder))).toMatch(/^Error: no study in ".*none"/);
  });

  test('never takes the folder of another one', async () => {
    await expect(runStudy(study, join(base, 'whole'))).rejects.toThrow(/whole"/);
    expect(await readStudy(join(base, 'whole'))).toEqual(whole);
  });
});
