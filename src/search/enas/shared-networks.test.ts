import { describe, expect, test } from 'vitest';
import { parseDqnHyperparameters, updateOptions } from '../../agents/dqn.ts';
import { type NetworkShape, parameterCount } from '../../kernels/kernels.ts';
import { loadKernels } from '../../kernels/load.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { createSpace } from '../create-space.ts';
import { enumerateSamples, findSpace, type SearchSpace } from '../space.ts';
import { parseSpaceDefinition } from '../space-definition.ts';
import { updateWork } from '../work.ts';
import { SharedNetworks, smallestShape, supernetShape } from './shared-networks.ts';

const space = (definition: Record<string, unknown>): SearchSpace =>
  createSpace(parseSpaceDefinition(definition));
const deep = space({
  layers: [1, 2, 3],
  units: [4, 8, 20],
  activations: ['relu', 'tanh', 'elu'],
  heads: ['dueling'],
});

const create = (of: SearchSpace, maxFamilies = 100) =>
  new SharedNetworks(
    loadKernels(),
    of,
    {
      shape: supernetShape(of, 3, 2),
      learning: updateOptions(parseDqnHyperparameters({ batchSize: 16, bufferSize: 100 })),
      maxFamilies,
      maxCount: 4,
    },
    new RandomStream(1),
  );

function read({
  shape,
  learner,
}: {
  shape: NetworkShape;
  learner: { readParameters(into: Float32Array): void };
}) {
  const parameters = new Float32Array(parameterCount(shape));
  learner.readParameters(parameters);
  return parameters;
}

describe('supernetShape', () => {
  test('has the most units and all activations of every layer', () => {
    expect(supernetShape(findSpace('lunar-lander-100'), 8, 4)).toEqual({
      inputs: 8,
      outputs: 4,
      head: 'plain',
      layers: [
        { units: 2048, activations: ['relu', 'sigmoid'] },
        { units: 2048, activations: ['relu', 'sigmoid'] },
      ],
    });
    expect(supernetShape(deep, 3, 2)).toMatchObject({ head: 'dueling', layers: { length: 3 } });
  });

  test('refuses what networks cannot share: two heads, hyperparameters', () => {
    expect(() =>
      supernetShape(space({ layers: [1], units: [4], heads: ['plain', 'dueling'] }), 3, 2),
    ).toThrow('with heads plain, dueling; expected one head');
    const tuned = space({ layers: [1], units: [4], hyperparameters: { gamma: [0.9, 0.99] } });
    expect(() => supernetShape(tuned, 3, 2)).toThrow(
      'which decides gamma; expected decisions about the network',
    );
  });
});

describe('smallestShape', () => {
  test('takes no more work than any network of the space', () => {
    const networks = create(deep);
    const works = [...enumerateSamples(deep)].map((sample) => networks.of(sample).work);
    expect(updateWork(smallestShape(deep, supernetShape(deep, 3, 2)), 16)).toBe(Math.min(...works));
  });
});

describe('SharedNetworks', () => {
  test('networks that differ in width alone share weights and experience; others only where there are too many kinds', () => {
    const samples = [...enumerateSamples(deep)];
    // 3 + 9 + 27 combinations of depth and activations.
    const families = (maxFamilies: number) => {
      const networks = create(deep, maxFamilies);
      return Map.groupBy(
        samples.map((sample) => networks.of(sample)),
        ({ family }) => family,
      );
    };
    const kindOf = ({ shape }: { shape: NetworkShape }) =>
      shape.layers.map(({ activation }) => activation).join();
    const groups = families(39);
    expect(groups.size).toBe(39);
    for (const group of groups.values()) expect(new Set(group.map(kindOf)).size).toBe(1);
    expect(families(38).size).toBe(1);
  });

  test('what one network learns, a wider one of its family has too, one of another family has not', () => {
    const networks = create(findSpace('lunar-lander-quick'));
    const [narrow, wide, other] = [
      [0, 0, 0, 0],
      [2, 0, 1, 0],
      [0, 0, 0, 1],
    ].map((sample) => networks.of(sample));
    const before = read(other);
    narrow.learner.writeParameters(read(narrow).fill(0.25));
    expect(read(wide).filter((value) => value === 0.25).length).toBe(parameterCount(narrow.shape));
    expect(read(other)).toEqual(before);
  });

  test('all networks of the same depth and activations begin as the same function, whatever their widths', () => {
    const networks = create(deep);
    const observations = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
    const values = new Map<string, Float32Array>();
    for (const sample of enumerateSamples(deep)) {
      const { learner, shape } = networks.of(sample);
      const key = shape.layers.map(({ activation }) => activation).join();
      const own = new Float32Array(8);
      learner.qValues(observations, 4, own);
      const others = values.get(key) ?? own;
      values.set(key, others);
      for (const [i, value] of own.entries()) expect(value).toBeCloseTo(others[i], 5);
    }
    expect(values.size).toBe(3 + 9 + 27);
    const different = new Set([...values.values()].map((own) => own.join()));
    expect(different.size).toBe(values.size);
  });

  test('the narrowest networks have no parameter left at 0, and targets start equal', () => {
    const networks = create(deep);
    for (const sample of [
      [0, 0, 0, 0, 0, 0, 0, 0],
      [2, 0, 1, 0, 2, 0, 1, 0],
    ]) {
      const network = networks.of(sample);
      const parameters = read(network);
      expect(parameters.every((value) => value !== 0)).toBe(true);
      const target = new Float32Array(parameters.length);
      network.learner.read('target', target);
      expect(target).toEqual(parameters);
    }
  });

  test('the same sample is the same network; the same seed the same parameters', () => {
    const [one, other] = [create(deep), create(deep)];
    const sample = [2, 1, 0, 2, 1, 0, 2, 0];
    expect(one.of(sample)).toBe(one.of([...sample]));
    expect(read(one.of(sample))).toEqual(read(other.of(sample)));
  });
});
