import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidate, completeRun, failedRun, racerOf, runsOf } from '../../test/constructed-runs.ts';
import {
  countRuns,
  episodeReturns,
  findBest,
  pairedInterval,
  type Racer,
  race,
  runScores,
  worstReturn,
} from './racing.ts';
import type { Candidate } from './trial.ts';

type Scores = Readonly<Record<string, readonly (number | undefined)[]>>;

/** Races fields of architectures whose scores per round are given. */
async function raceOf(scores: Scores, fields: readonly (readonly string[])[] = [Object.keys(scores)]) {
  const rounds = Object.values(scores)[0].length;
  const trained: string[] = [];
  const dropped: string[] = [];
  const names = Object.keys(scores);
  const result = await race(
    fields.map((field) => field.map((name) => candidate(name, names.indexOf(name) + 1))),
    rounds,
    async (candidates: readonly Candidate[], round) => {
      for (const { architecture } of candidates) trained.push(`${architecture}${round}`);
      return candidates.map(({ architecture }) => runsOf(scores[architecture])[round - 1]);
    },
    (racer, field) => dropped.push(`${racer.candidate.architecture} of field ${field}`),
  );
  return { result, trained, dropped };
}

const fates = (field: readonly Racer[]) =>
  Object.fromEntries(field.map((racer) => [racer.candidate.architecture, racer.droppedAfter]));

describe('race', () => {
  test('the best third stay after every round, two at least; the others train no more', async () => {
    const { result, trained, dropped } = await raceOf({
      a: [250, 260, 255, 252, 258],
      b: [150, 290, 290, 290, 290],
      c: [255, 240, 258, 250, 251],
      d: [249, 290, 290, 290, 290],
      e: [140, 290, 290, 290, 290],
      f: [254, 100, 290, 290, 290],
      g: [139, 290, 290, 290, 290],
    });
    expect(fates(result[0])).toEqual({ a: undefined, b: 1, c: undefined, d: 1, e: 1, f: 2, g: 1 });
    expect(result[0].map(({ runs }) => runs.length)).toEqual([5, 1, 5, 1, 1, 2, 1]);
    expect(trained.slice(7)).toEqual(['a2', 'c2', 'f2', 'a3', 'c3', 'a4', 'c4', 'a5', 'c5']);
    expect(trained.length).toBe(countRuns(7, 5));
    expect(dropped).toEqual(['b', 'd', 'e', 'g', 'f'].map((name) => `${name} of field 0`));
  });

  test('of equal ones the larger network drops out', async () => {
    const { result } = await raceOf({ a: [250, 0], b: [250, 0], c: [250, 0] });
    expect(fates(result[0])).toEqual({ a: undefined, b: undefined, c: 1 });
  });

  test('who is clearly behind drops out after the third round, even as one of two', async () => {
    const { result, trained } = await raceOf({ a: [250, 260, 255, 252, 258], b: [150, 165, 152, 0, 0] });
    expect(fates(result[0])).toEqual({ a: undefined, b: 3 });
    expect(trained.slice(-3)).toEqual(['b3', 'a4', 'a5']);
  });

  test('who is behind on average but not seed by seed stays', async () => {
    const { result } = await raceOf({ a: [250, 260, 255, 250], b: [255, -50, 256, 250] });
    expect(fates(result[0])).toEqual({ a: undefined, b: undefined });
  });

  test('scores are compared in pairs: a small but steady gap counts however much seeds differ', async () => {
    const { result } = await raceOf({ a: [250, -100, 120, 200], b: [240, -111, 109, 190] });
    expect(fates(result[0])).toEqual({ a: undefined, b: 3 });
  });

  test('after the last round nobody drops out', async () => {
    const { result, dropped } = await raceOf({ a: [250, 260, 255], b: [-150, -140, -146] });
    expect(fates(result[0])).toEqual({ a: undefined, b: undefined });
    expect(dropped).toEqual([]);
  });

  test('a failed run is as bad as the worst episode', async () => {
    const { result } = await raceOf({
      a: [250, 260, 255, 1],
      b: [undefined, undefined, undefined, 1],
      c: [-150, 200, 210, 1],
    });
    expect(fates(result[0])).toEqual({ a: undefined, b: 3, c: 1 });
    expect(worstReturn(result[0])).toBe(-150);
    expect(runScores(result[0][1].runs, -150)).toEqual([-150, -150, -150]);
  });

  test('when all runs fail, all race to the end', async () => {
    const none = [undefined, undefined, undefined, undefined];
    const { result, dropped } = await raceOf({ a: none, b: none });
    expect(result[0].map(({ runs }) => runs.length)).toEqual([4, 4]);
    expect(dropped).toEqual([]);
    expect(worstReturn(result[0])).toBeUndefined();
  });

  test('fields race for themselves; what is in two of them is trained once, as long as it is left in one', async () => {
    const scores = { a: [250, 251, 253, 250], b: [150, 152, 151, 149], c: [100, 99, 98, 97] };
    const { result, trained, dropped } = await raceOf(scores, [
      ['a', 'b'],
      ['b', 'c'],
    ]);
    expect(result.map(fates)).toEqual([
      { a: undefined, b: 3 },
      { b: undefined, c: 3 },
    ]);
    expect(trained).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3', 'a4', 'b4']);
    expect(dropped).toEqual(['b of field 0', 'c of field 1']);
    expect(result.flat().map(({ runs }) => runs.length)).toEqual([4, 3, 4, 3]);
  });

  test('for any scores: the best stays, who dropped is third or shown to be behind, the order of a field is no matter', async () => {
    const rounds = 4;
    const row = fc.array(fc.integer({ min: -300, max: 300 }), { minLength: rounds, maxLength: rounds });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 8 }), async (rows) => {
        const scores = Object.fromEntries(rows.map((scored, i) => [`n${i}`, scored]));
        const names = Object.keys(scores);
        const { result, trained } = await raceOf(scores, [names, names.toReversed()]);
        const [field, reversed] = result;
        expect(fates(reversed)).toEqual(fates(field));
        expect(trained.length).toBeLessThanOrEqual(countRuns(rows.length, rounds));
        for (const racer of field) {
          const { droppedAfter } = racer;
          if (droppedAfter === undefined) continue;
          const then = field
            .filter((other) => (other.droppedAfter ?? rounds) >= droppedAfter)
            .map(
              (other): Racer => ({
                ...other,
                runs: other.runs.slice(0, droppedAfter),
                droppedAfter: undefined,
              }),
            );
          const best = findBest(then, -300);
          expect(best?.candidate).not.toEqual(racer.candidate);
          const second = findBest(
            then.filter((other) => other !== best),
            -300,
          );
          const interval = pairedInterval(runScores(racer.runs, 0), runScores(best?.runs ?? [], 0));
          const isShown = interval !== undefined && interval.high < 0;
          expect(isShown || second?.candidate !== racer.candidate).toBe(true);
        }
        expect(field.some(({ droppedAfter }) => droppedAfter === undefined)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('countRuns', () => {
  test('adds up the rounds of a race', () => {
    expect(countRuns(6, 5)).toBe(6 + 4 * 2);
    expect(countRuns(8, 10)).toBe(8 + 3 + 8 * 2);
    expect(countRuns(2, 3)).toBe(6);
    expect(countRuns(1, 3)).toBe(3);
    expect(countRuns(5, 1)).toBe(5);
  });
});

describe('findBest', () => {
  test('goes by the interquartile mean: one bad run of four is no matter', () => {
    const steady = racerOf('a', 1, [240, 240, 240, 240]);
    const lucky = racerOf('b', 2, [-200, 250, 250, 250]);
    expect(findBest([steady, lucky], -300)).toBe(lucky);
  });

  test('on equal scores the smaller network, then the first; never one without a complete run', () => {
    const [large, small, same] = [racerOf('a', 9, [1]), racerOf('b', 2, [1]), racerOf('c', 2, [1])];
    expect(findBest([large, small, same], 0)).toBe(small);
    expect(findBest([racerOf('d', 1, [undefined])], 5)).toBeUndefined();
  });
});

describe('episodeReturns', () => {
  test('of a failed run are as many as of the others, all of them the worst', () => {
    const runs = [completeRun(1, 2, [1, 3]), failedRun(2), completeRun(3, 5, [4, 6])];
    expect(episodeReturns(runs, -9)).toEqual([1, 3, -9, -9, 4, 6]);
    expect(episodeReturns([failedRun(1)], -9)).toEqual([-9]);
  });
});

describe('pairedInterval', () => {
  test('is Student’s, over the rounds that both have, from three on', () => {
    // Differences 1, 2, 3: mean 2, standard deviation 1; t(2) = 4.3027.
    const interval = pairedInterval([11, 22, 33, 99], [10, 20, 30]);
    expect(interval?.low).toBeCloseTo(2 - 4.302_652_73 / Math.sqrt(3), 8);
    expect(interval?.high).toBeCloseTo(2 + 4.302_652_73 / Math.sqrt(3), 8);
    expect(pairedInterval([1, 2], [3, 4, 5])).toBeUndefined();
  });
});
