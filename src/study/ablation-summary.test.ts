import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import type { AblationRun, RunTiming } from './ablation.ts';
import { summariseAblation } from './ablation-summary.ts';

const complete = (
  architecture: string,
  round: number,
  score: number,
  solvedAt: number | null = null,
): AblationRun => ({
  architecture,
  parameterCount: architecture.length,
  round,
  seed: round,
  state: 'complete',
  score,
  returns: [score - 10, score + 10],
  steps: 100,
  updates: 50,
  episodes: 5,
  solvedAt,
  curve: [],
});
const failed = (architecture: string, round: number): AblationRun => ({
  architecture,
  parameterCount: architecture.length,
  round,
  seed: round,
  state: 'failed',
  error: 'out of memory',
});
const summarise = (runs: readonly AblationRun[], timingOf: (run: AblationRun) => RunTiming | undefined) =>
  summariseAblation(runs, timingOf, new RandomStream(3));
const untimed = () => undefined;

describe('summariseAblation', () => {
  test('sums up each architecture, small ones first, its runs by round', () => {
    const runs = [
      complete('128,relu', 2, 30),
      ...[4, 3, 2, 1].map((round) => complete('8,relu', round, 10 * round, round === 1 ? null : round * 20)),
      complete('128,relu', 1, 10),
    ];
    const [small, large] = summarise(runs, ({ round }) =>
      round === 4 ? undefined : { seconds: 9, secondsToSolve: round },
    );
    expect(small).toMatchObject({ architecture: '8,relu', solved: 3, stepsToSolve: 60, secondsToSolve: 2.5 });
    expect(small.scores).toMatchObject({
      runs: [10, 20, 30, 40],
      interquartileMean: 25,
      lowest: 10,
      highest: 40,
    });
    expect(small.scores?.standardDeviation).toBeCloseTo(12.91, 2);
    expect(small.scores?.interval?.low).toBeLessThan(25);
    expect(small.scores?.interval?.high).toBeGreaterThan(25);
    expect(large).toMatchObject({ architecture: '128,relu', solved: 0, stepsToSolve: undefined });
    expect(summarise(runs.toReversed(), untimed).map(({ scores }) => scores)).toEqual([
      small.scores,
      large.scores,
    ]);
  });

  test('a single run has no interval and no standard deviation', () => {
    const [{ scores }] = summarise([complete('8,relu', 1, 5)], untimed);
    expect(scores).toMatchObject({
      interval: undefined,
      standardDeviation: undefined,
      lowest: 5,
      highest: 5,
    });
  });

  test('a failed run counts as the lowest return of any episode; without complete runs there are no scores', () => {
    const [small, large] = summarise(
      [complete('8,relu', 1, 50), failed('8,relu', 2), complete('128,relu', 1, -30)],
      untimed,
    );
    expect(small.scores?.runs).toEqual([50, -40]);
    expect(large.scores?.runs).toEqual([-30]);
    expect(summarise([failed('8,relu', 1)], untimed)[0].scores).toBeUndefined();
  });
});
