import { describe, expect, test } from 'vitest';
import { type NetworkShape, parameterCount } from '../kernels/kernels.ts';
import { networkShape, parseArchitecture } from '../networks/architecture.ts';
import { SharedLayers } from './shared-layers.ts';

const shapeOf = (text: string) => networkShape(parseArchitecture(text), 2, 1);
const filled = (shape: NetworkShape, value: number) => new Float32Array(parameterCount(shape)).fill(value);
/** The value that a layer is filled with. */
const origins = (layers: readonly (Float32Array | undefined)[]) => layers.map((layer) => layer?.[0]);

describe('SharedLayers', () => {
  test('a network starts from the layers that fit it by position, sizes and activation', () => {
    const shared = new SharedLayers();
    expect(origins(shared.match(shapeOf('4,relu,4,relu')))).toEqual([undefined, undefined, undefined]);
    shared.merge(shapeOf('4,relu,4,relu'), filled(shapeOf('4,relu,4,relu'), 1), 100);
    shared.merge(shapeOf('4,sigmoid,3,relu'), filled(shapeOf('4,sigmoid,3,relu'), 2), 100);
    expect(origins(shared.match(shapeOf('4,relu,4,relu')))).toEqual([1, 1, 1]);
    expect(origins(shared.match(shapeOf('4,sigmoid,4,relu')))).toEqual([2, 1, 1]);
    expect(origins(shared.match(shapeOf('4,relu,3,relu')))).toEqual([1, 2, 2]);
    expect(origins(shared.match(shapeOf('4,relu,4,sigmoid')))).toEqual([1, undefined, 1]);
    expect(origins(shared.match(shapeOf('3,relu,3,relu')))).toEqual([undefined, undefined, 2]);
    expect(origins(shared.match(shapeOf('4,relu')))).toEqual([1, undefined]);
  });

  test('of two layers for the same place the one from the better network stays, on a tie the earlier', () => {
    const shared = new SharedLayers();
    const shape = shapeOf('4,relu');
    shared.merge(shape, filled(shape, 1), 10);
    shared.merge(shape, filled(shape, 2), 5);
    shared.merge(shape, filled(shape, 3), 10);
    expect(origins(shared.match(shape))).toEqual([1, 1]);
    shared.merge(shape, filled(shape, 4), 11);
    expect(origins(shared.match(shape))).toEqual([4, 4]);
  });

  test('layers are cut at weights and biases: together they are the flat parameters again', () => {
    const shared = new SharedLayers();
    const shape = shapeOf('4,relu,3,sigmoid');
    const parameters = Float32Array.from({ length: parameterCount(shape) }, (_, i) => i);
    shared.merge(shape, parameters, 0);
    const layers = shared.match(shape);
    expect(layers.map((layer) => layer?.length)).toEqual([12, 15, 4]);
    expect(layers.flatMap((layer) => [...(layer ?? [])])).toEqual([...parameters]);
  });
});
