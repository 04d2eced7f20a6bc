import { describe, expect, it } from 'vitest';
import { EpisodeLog } from './episode-log.ts';

/** One step of all environments; `ended` names how each one's episode ended, if it did. */
function step(rewards: readonly number[], ended: readonly ('terminated' | 'truncated' | undefined)[]) {
  return {
    rewards: Float64Array.from(rewards),
    terminated: Uint8Array.from(ended, (how) => Number(how === 'terminated')),
    truncated: Uint8Array.from(ended, (how) => Number(how === 'truncated')),
  };
}

describe('EpisodeLog', () => {
  it('averages the returns of complete episodes, terminated or truncated', () => {
    const log = new EpisodeLog(2);
    expect(log.averageReturn).toBeUndefined();
    log.record(step([1, 10], [undefined, undefined]), Infinity);
    expect(log.episodes).toBe(0);
    log.record(step([2, 20], ['terminated', undefined]), Infinity);
    expect([log.episodes, log.averageReturn]).toEqual([1, 3]);
    log.record(step([4, 40], [undefined, 'truncated']), Infinity);
    expect([log.episodes, log.averageReturn]).toEqual([2, (3 + 70) / 2]);
    log.record(step([5, 0], ['terminated', 'terminated']), Infinity);
    expect([log.episodes, log.averageReturn]).toEqual([4, (3 + 70 + 9 + 0) / 4]);
  });

  it('averages the last 100 episodes only', () => {
    const log = new EpisodeLog(1);
    for (let n = 0; n < 250; n++) log.record(step([n], ['terminated']), Infinity);
    expect(log.averageReturn).toBe((150 + 249) / 2);
  });

  it('reaches a threshold with 100 episodes, not before', () => {
    const log = new EpisodeLog(1);
    for (let n = 0; n < 99; n++) expect(log.record(step([200], ['truncated']), 200)).toBe(false);
    expect(log.record(step([200], [undefined]), 200)).toBe(false);
    expect(log.record(step([0], ['terminated']), 200)).toBe(true);
  });

  it('notices an average that holds only between two episodes of the same step', () => {
    const log = new EpisodeLog(2);
    for (let n = 0; n < 99; n++) log.record(step([1, 0], ['terminated', undefined]), 1);
    expect(log.record(step([1, -500], ['terminated', 'terminated']), 1)).toBe(true);
  });
});
