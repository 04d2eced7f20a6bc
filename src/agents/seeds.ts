/**
 * Environment seeds that can't meet: whoever trains, selects or tests draws from an interval of their own, and the
 * seeds that people choose by hand lie below all three.
 *
 * | purpose | seeds |
 * |---|---|
 * | chosen by the user | [0, 2^32) |
 * | test: the numbers that are reported | [2^49, 2^50) |
 * | validation: the scores that drive a search | [2^50, 2^51) |
 * | training | [2^51, 2^52) |
 */
import type { RandomStream } from '../random/random-stream.ts';

/** The interval [low, 2 · low) of every purpose. */
const lowest = { test: 2 ** 49, validation: 2 ** 50, training: 2 ** 51 } as const;

function draw(stream: RandomStream, count: number, low: number): number[] {
  return Array.from({ length: count }, () => stream.integers(low, 2 * low));
}

/** `count` seeds for the environments that an agent learns in. */
export function trainingSeeds(stream: RandomStream, count: number): number[] {
  return draw(stream, count, lowest.training);
}

/** `count` seeds for the episodes that score a candidate during a search. */
export function validationSeeds(stream: RandomStream, count: number): number[] {
  return draw(stream, count, lowest.validation);
}

/** `count` seeds for the episodes whose results are reported: neither training nor selection saw them. */
export function testSeeds(stream: RandomStream, count: number): number[] {
  return draw(stream, count, lowest.test);
}
