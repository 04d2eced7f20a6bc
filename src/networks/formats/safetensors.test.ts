import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type Tensor, type TensorFile } from './safetensors.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });

const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 3 }), fc.constantFrom('F64', 'F32', 'I32', 'U32', 'U8'))
  .chain(([shape, dtype]) => {
    const length = shape.reduce((count, size) => count * size, 1);
    const exactly = { minLength: length, maxLength: length };
    const arrays: Record<typeof dtype, fc.Arbitrary<Tensor['data']>> = {
      F64: fc.float64Array(exactly),
      F32: fc.float32Array(exactly),
      I32: fc.int32Array(exactly),
      U32: fc.uint32Array(exactly),
      U8: fc.uint8Array(exactly),
    };
    return arrays[dtype].map((data) => ({ shape, data }));
  });

const file: fc.Arbitrary<TensorFile> = fc.record({
  tensors: fc
    .array(fc.tuple(text, tensor), { maxLength: 6 })
    .map((entries) => new Map(entries.filter(([name]) => name !== '__metadata__'))),
  metadata: fc.dictionary(text, text, { noNullPrototype: true }),
});

/** A file with this header text before `data` bytes of zeros. */
function craft(header: string, data: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const craftTensor = (entry: unknown, data: number) => craft(JSON.stringify({ t: entry }), data);

describe('encodeSafetensors', () => {
  it('writes what decodeSafetensors reads back, bit for bit', () => {
    fc.assert(
      fc.property(file, (written) => {
        const read = decodeSafetensors(encodeSafetensors(written));
        expect(read.metadata).toEqual(written.metadata);
        expect([...read.tensors.keys()].sort()).toEqual([...written.tensors.keys()].sort());
        for (const [name, { shape, data }] of written.tensors) {
          expect(read.tensors.get(name)?.shape).toEqual(shape);
          expect(read.tensors.get(name)?.data).toEqual(data);
        }
      }),
    );
  });

  it('writes the same bytes whatever order tensors and metadata come in', () => {
    fc.assert(
      fc.property(file, ({ tensors, metadata }) => {
        const reversed = {
          tensors: new Map([...tensors].toReversed()),
          metadata: Object.fromEntries(Object.entries(metadata).toReversed()),
        };
        expect(encodeSafetensors(reversed)).toEqual(encodeSafetensors({ tensors, metadata }));
      }),
    );
  });

  it('lays bytes out as the format says: length, padded header with metadata first, data', () => {
    const bytes = encodeSafetensors({
      tensors: new Map([
        ['b', { shape: [2], data: Uint8Array.of(7, 8) }],
        ['a', { shape: [1, 1], data: Float32Array.of(1) }],
      ]),
      metadata: { z: '1', y: '"' },
    });
    const header =
      '{"__metadata__":{"y":"\\"","z":"1"},' +
      '"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},' +
      '"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(bytes.subarray(0, 8)).toEqual(Uint8Array.of(padded.length, 0, 0, 0, 0, 0, 0, 0));
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded.length))).toBe(padded);
    expect(bytes.subarray(8 + padded.length)).toEqual(Uint8Array.of(0, 0, 0x80, 0x3f, 7, 8));
  });

  it('rejects a tensor whose data do not fill its shape', () => {
    const tensors = new Map([['w', { shape: [2, 3], data: new Float32Array(5) }]]);
    expect(() => encodeSafetensors({ tensors, metadata: {} })).toThrow(
      'tensor "w" has 5 elements; expected 6 for shape [2, 3]',
    );
  });

  it('rejects a tensor with the reserved name', () => {
    const tensors = new Map([['__metadata__', { shape: [], data: new Float32Array(1) }]]);
    expect(() => encodeSafetensors({ tensors, metadata: {} })).toThrow('expected any other name');
  });
});

describe('decodeSafetensors', () => {
  const f32 = (shape: unknown, offsets: unknown) => ({ dtype: 'F32', shape, data_offsets: offsets });

  it.each<[string, Uint8Array, string]>([
    ['a file shorter than its prefix', new Uint8Array(7), '7 bytes; expected at least 8'],
    ['a truncated header', craft('{}', 0).subarray(0, 9), 'a header of 2 bytes; expected at most 1'],
    [
      'a header of 2^64 − 1 bytes',
      new Uint8Array(64).fill(255, 0, 8),
      'a header of 18446744073709551615 bytes; expected at most 56',
    ],
    ['malformed JSON', craft('{"t":', 0), 'header is not JSON in UTF-8'],
    ['bytes that are not UTF-8', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff), 'header is not JSON in UTF-8'],
    ['an empty header', new Uint8Array(8), 'header is not JSON in UTF-8'],
    ['a header that is a list', craft('[1]', 0), 'header is [1]; expected a JSON object'],
    ['metadata that is no object', craft('{"__metadata__":3}', 0), '__metadata__ is 3; expected an object'],
    [
      'metadata that is no text',
      craft('{"__metadata__":{"a":1}}', 0),
      '__metadata__ "a" is 1; expected a string',
    ],
    ['an entry that is no object', craftTensor(null, 0), 'tensor "t" has entry null; expected an object'],
    ['a missing dtype', craftTensor({ shape: [], data_offsets: [0, 4] }, 4), 'dtype undefined; expected F64'],
    [
      'an unknown dtype',
      craftTensor({ ...f32([2], [0, 4]), dtype: 'F16' }, 4),
      'dtype "F16"; expected F64, F32',
    ],
    [
      'a dtype from the prototype',
      craftTensor({ ...f32([2], [0, 4]), dtype: 'toString' }, 4),
      'dtype "toString"',
    ],
    [
      'an unknown key',
      craftTensor({ ...f32([1], [0, 4]), order: 'C' }, 4),
      'key "order"; expected only dtype',
    ],
    ['a negative size', craftTensor(f32([-1], [0, 4]), 4), 'shape [-1]; expected a list of whole numbers'],
    ['a shape that is no list', craftTensor(f32(1, [0, 4]), 4), 'shape 1; expected a list of whole numbers'],
    [
      'offsets past the end',
      craftTensor(f32([2], [0, 8]), 4),
      'data_offsets [0,8]; expected [begin, end] with',
    ],
    [
      'offsets that go back',
      craftTensor(f32([1], [4, 0]), 4),
      'data_offsets [4,0]; expected [begin, end] with',
    ],
    ['a single offset', craftTensor(f32([1], [0]), 4), 'data_offsets [0]; expected [begin, end] with'],
    [
      'a shape larger than its bytes',
      craftTensor(f32([2], [0, 4]), 4),
      'byte count 4; expected 8 for F32 of shape [2]',
    ],
    [
      'a shape whose size overflows',
      craftTensor(f32(Array(30).fill(2 ** 52), [0, 4]), 4),
      'byte count 4; expected Infinity',
    ],
    [
      'overlapping tensors',
      craft(JSON.stringify({ a: f32([2], [0, 8]), b: f32([1], [4, 8]) }), 8),
      'tensor "b" overlaps the tensor before it: begins at 4; expected 8',
    ],
    [
      'a gap between tensors',
      craft(JSON.stringify({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }), 12),
      'tensor "b" leaves a gap before it: begins at 8; expected 4',
    ],
    ['surplus bytes', craftTensor(f32([1], [0, 4]), 9), '9 bytes of tensor data; the header describes 4'],
  ])('rejects %s in one line', (_case, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
    expect(() => decodeSafetensors(bytes)).toThrow(/^safetensors: [^\n]*$/);
  });

  it('reads headers of other writers: unpadded, tensors in any order, names of objects’ properties', () => {
    const header = { toString: f32([1], [4, 8]), constructor: f32([1], [0, 4]) };
    const bytes = craft(JSON.stringify(header), 8);
    bytes.set(new Uint8Array(Float32Array.of(1.5, 2.5).buffer), bytes.length - 8);
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(tensors.get('constructor')?.data).toEqual(Float32Array.of(1.5));
    expect(tensors.get('toString')?.data).toEqual(Float32Array.of(2.5));
    expect(metadata).toEqual({});
  });

  /** The message of the error, or `whole` for tensors that fit into the file. */
  function read(bytes: Uint8Array): string {
    try {
      const { tensors } = decodeSafetensors(bytes);
      const sizes = [...tensors.values()].map(({ data }) => data.byteLength);
      const size = sizes.reduce((sum, length) => sum + length, 0);
      return size <= bytes.length ? 'whole' : `${size} bytes of tensors`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  it('reads a damaged file or rejects it in one short line, never anything else', () => {
    const mutation = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(file, fc.array(mutation, { maxLength: 4 }), fc.nat(), (written, mutations, cut) => {
        const whole = encodeSafetensors(written);
        for (const { at, value } of mutations) whole[at % Math.min(whole.length, 200)] = value;
        const bytes = whole.subarray(0, cut % 2 === 0 ? whole.length : cut % whole.length);
        expect(read(bytes)).toMatch(/^(whole|safetensors: [^\n]{1,400})$/);
      }),
      { numRuns: 500 },
    );
  });
});
