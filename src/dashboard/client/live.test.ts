import { describe, expect, test } from 'vitest';
import type { StudyMessage, TrialTuple } from '../protocol.ts';
import { applyMessage } from './live.ts';
import { readTrial } from './trial-row.ts';

const trial = (number: number, state: TrialTuple[2] = 'complete'): TrialTuple => [
  number,
  'search',
  state,
  '64,relu',
  836,
  1,
  10,
  ...(state === 'complete'
    ? ([12.5, 10, 2, 5, null, 1500, null] as const)
    : ([null, null, null, null, null, null, null] as const)),
];

const message = (part: Partial<StudyMessage>): StudyMessage => ({
  whole: false,
  head: {
    id: 'a',
    createdAt: '2026-01-01T00:00:00.000Z',
    environment: { id: 'LunarLander-v3', options: {} },
    space: 'tiny',
    strategy: 'random',
    seed: 0,
    planned: 3,
    iterationSize: 1,
    threshold: 200,
    decisions: [],
    versions: { touchdown: '1', node: '24', kernels: 'wasm' },
  },
  state: 'running',
  resume: undefined,
  changedAt: 1,
  trials: [],
  removed: [],
  policies: [],
  models: [],
  verdict: undefined,
  trainings: [],
  hidden: [],
  standing: undefined,
  ...part,
});

describe('applyMessage', () => {
  test('adds new trials, replaces those that have ended and drops forgotten ones, in order of number', () => {
    const first = applyMessage(
      undefined,
      message({ whole: true, trials: [trial(0), trial(1, 'running'), trial(2, 'running')] }),
    );
    const second = applyMessage(
      first,
      message({ trials: [trial(3), trial(1)], removed: [2], state: 'interrupted' }),
    );
    expect(second.trials).toEqual([trial(0), trial(1), trial(3)].map(readTrial));
    expect(second.trials[1]).toMatchObject({ number: 1, state: 'complete', score: 12.5, seconds: 1.5 });
    expect(second.trials[1].solvedAt).toBeUndefined();
    expect(second.state).toBe('interrupted');
  });

  test('shows no trial as running whose study has stopped, until it runs again', () => {
    const first = applyMessage(
      undefined,
      message({ whole: true, trials: [trial(0), trial(1, 'running'), trial(2, 'failed')] }),
    );
    const states = ({ trials }: typeof first) => trials.map(({ state }) => state);
    expect(states(first)).toEqual(['complete', 'running', 'failed']);
    const stopped = applyMessage(first, message({ state: 'stopped' }));
    expect(states(stopped)).toEqual(['complete', 'stopped', 'failed']);
    const again = applyMessage(stopped, message({ removed: [1], trials: [trial(3, 'running')] }));
    expect(states(again)).toEqual(['complete', 'failed', 'running']);
    expect(applyMessage(again, message({})).trials).toBe(again.trials);
  });

  test('appends policies', () => {
    const policy = (iteration: number) => ({ iteration, probabilities: [[1]] });
    const first = applyMessage(undefined, message({ whole: true, policies: [policy(0)] }));
    expect(applyMessage(first, message({ policies: [policy(1)] })).policies).toEqual([policy(0), policy(1)]);
  });

  test('forgets what was known before a message that has everything', () => {
    const first = applyMessage(undefined, message({ whole: true, trials: [trial(0), trial(1)] }));
    expect(applyMessage(first, message({ whole: true, trials: [trial(5)] })).trials).toEqual(
      [trial(5)].map(readTrial),
    );
  });
});
