import { describe, expect, test } from 'vitest';
import { networkShape, parseArchitecture } from '../networks/architecture.ts';
import { trainingWork, updateWork } from './work.ts';

const shape = (architecture: string) => networkShape(parseArchitecture(architecture), 8, 4);

describe('updateWork', () => {
  test('counts the first layer four times, the others five times per transition, and every parameter', () => {
    const weights = 4 * (8 * 64) + 5 * (64 * 32 + 32 * 4);
    const parameters = 8 * 64 + 64 + 64 * 32 + 32 + 32 * 4 + 4;
    expect(updateWork(shape('64,relu,32,relu'), 16)).toBe(16 * weights + 16 * parameters + 200_000);
  });

  test('a dueling head is both its layers', () => {
    const difference = updateWork(shape('64,relu,dueling'), 16) - updateWork(shape('64,relu'), 16);
    expect(difference).toBe(16 * 5 * 64 + 16 * 65);
  });
});

describe('trainingWork', () => {
  test('is updates and steps; what only acts costs its steps', () => {
    const small = shape('64,relu');
    expect(trainingWork(small, 64, 0, 1000)).toBe(150_000_000);
    expect(trainingWork(small, 64, 10, 1000)).toBe(150_000_000 + 10 * updateWork(small, 64));
  });
});
