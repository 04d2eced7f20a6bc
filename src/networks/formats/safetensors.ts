/**
 * Named tensors and text in one file: the safetensors format (https://github.com/huggingface/safetensors#format).
 * Eight bytes little-endian give the length of a JSON header; it maps every tensor's name to its dtype, shape and
 * [begin, end) in the bytes that follow, and `__metadata__` to a string → string map. Writing is deterministic: the
 * same tensors and metadata are the same bytes. Arrays are in the machine's byte order, which is little-endian
 * wherever Node runs the kernels.
 */
import { show } from '../../errors/validate.ts';

const dtypes = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const;

export type Dtype = keyof typeof dtypes;
export type TensorData = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

export interface Tensor {
  /** Row-major; empty for a scalar. */
  readonly shape: readonly number[];
  /** As many numbers as the product of the shape; the array's class is the dtype. */
  readonly data: TensorData;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface TensorInfo {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

const prefixBytes = 8;
const alignment = 8;
/** The limit of the reference implementation. */
const maxHeaderBytes = 100_000_000;
const metadataKey = '__metadata__';
const dtypeNames = Object.keys(dtypes) as readonly Dtype[];

const elementCount = (shape: readonly number[]) => shape.reduce((count, size) => count * size, 1);
const compareText = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function dtypeOf(data: TensorData): Dtype {
  for (const name of dtypeNames) if (data instanceof dtypes[name]) return name;
  throw new RangeError(
    `a tensor of ${Object.prototype.toString.call(data)}; expected ${dtypeNames.join(', ')}`,
  );
}

/** Wide elements first, so that every tensor is aligned to its own width; then by name. */
function inFileOrder(tensors: ReadonlyMap<string, Tensor>): (readonly [string, Tensor])[] {
  return [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || compareText(nameA, nameB),
  );
}

/** @throws RangeError when a tensor's data doesn't fill its shape, or its name is `__metadata__`. */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  const ordered = inFileOrder(tensors);
  const sortedMetadata = Object.entries(metadata).sort(([a], [b]) => compareText(a, b));
  const texts = sortedMetadata.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const entries = texts.length > 0 ? [`"${metadataKey}":{${texts.join(',')}}`] : [];
  let end = 0;
  for (const [name, { shape, data }] of ordered) {
    if (name === metadataKey)
      throw new RangeError(`a tensor is named ${metadataKey}; expected any other name`);
    if (elementCount(shape) !== data.length) {
      const expected = `expected ${elementCount(shape)} for shape [${shape.join(', ')}]`;
      throw new RangeError(`tensor ${show(name)} has ${data.length} elements; ${expected}`);
    }
    const begin = end;
    end += data.byteLength;
    const info: TensorInfo = { dtype: dtypeOf(data), shape, data_offsets: [begin, end] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(info)}`);
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const headerBytes = Math.ceil(json.length / alignment) * alignment;
  const bytes = new Uint8Array(prefixBytes + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, prefixBytes, prefixBytes + headerBytes);
  bytes.set(json, prefixBytes);
  let position = prefixBytes + headerBytes;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function readHeader(bytes: Uint8Array): { header: JsonObject; dataStart: number } {
  if (bytes.length < prefixBytes) {
    throw new Error(`safetensors: ${bytes.length} bytes; expected at least ${prefixBytes}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const limit = Math.min(maxHeaderBytes, bytes.length - prefixBytes);
  if (length > BigInt(limit)) {
    throw new Error(`safetensors: a header of ${length} bytes; expected at most ${limit}`);
  }
  const dataStart = prefixBytes + Number(length);
  const header = parseHeader(bytes.subarray(prefixBytes, dataStart));
  if (!isObject(header)) throw new Error(`safetensors: header is ${show(header)}; expected a JSON object`);
  return { header, dataStart };
}

function parseHeader(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    const reason = show((error as Error).message);
    throw new Error(`safetensors: header is not JSON in UTF-8 (${reason})`, { cause: error });
  }
}

function readMetadata(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new Error(`safetensors: ${metadataKey} is ${show(value)}; expected an object`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw new Error(`safetensors: ${metadataKey} ${show(key)} is ${show(text)}; expected a string`);
    }
  }
  return value as Readonly<Record<string, string>>;
}

/** @param available bytes that hold tensor data. */
function readInfo(name: string, value: unknown, available: number): TensorInfo {
  const fail = (what: string, seen: unknown, expected: string): never => {
    throw new Error(`safetensors: tensor ${show(name)} has ${what} ${show(seen)}; expected ${expected}`);
  };
  if (!isObject(value)) return fail('entry', value, 'an object');
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const [surplus] = Object.keys(rest);
  if (surplus !== undefined) fail('key', surplus, 'only dtype, shape, data_offsets');
  if (!dtypeNames.includes(dtype as Dtype)) fail('dtype', dtype, dtypeNames.join(', '));
  if (!Array.isArray(shape) || !shape.every(isSize)) fail('shape', shape, 'a list of whole numbers');
  const inRange =
    Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize) && offsets[0] <= offsets[1];
  if (!inRange || offsets[1] > available) {
    fail('data_offsets', offsets, `[begin, end] with 0 ≤ begin ≤ end ≤ ${available}`);
  }
  const info = { dtype, shape, data_offsets: offsets } as TensorInfo;
  const size = elementCount(info.shape) * dtypes[info.dtype].BYTES_PER_ELEMENT;
  const [begin, end] = info.data_offsets;
  if (end - begin !== size)
    fail('byte count', end - begin, `${size} for ${info.dtype} of shape ${show(shape)}`);
  return info;
}

/** Every byte of the data must belong to exactly one tensor. */
function checkCoverage(infos: ReadonlyMap<string, TensorInfo>, available: number): void {
  const ordered = [...infos].sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  let covered = 0;
  for (const [name, { data_offsets: offsets }] of ordered) {
    if (offsets[0] !== covered) {
      const fault = offsets[0] < covered ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw new Error(
        `safetensors: tensor ${show(name)} ${fault}: begins at ${offsets[0]}; expected ${covered}`,
      );
    }
    covered = offsets[1];
  }
  if (covered !== available) {
    throw new Error(`safetensors: ${available} bytes of tensor data; the header describes ${covered}`);
  }
}

/**
 * Reads a file of the dtypes above; the tensors are copies. Everything is checked before anything is allocated for
 * tensors, so that a damaged or malicious file costs no more memory than its own size.
 * @throws Error in one line with the value seen and the one expected.
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const { header, dataStart } = readHeader(bytes);
  const available = bytes.length - dataStart;
  const infos = new Map<string, TensorInfo>();
  for (const [name, value] of Object.entries(header)) {
    if (name !== metadataKey) infos.set(name, readInfo(name, value, available));
  }
  checkCoverage(infos, available);
  const metadata = readMetadata(Object.hasOwn(header, metadataKey) ? header[metadataKey] : undefined);
  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of infos) {
    const { buffer } = new Uint8Array(bytes.subarray(dataStart + offsets[0], dataStart + offsets[1]));
    tensors.set(name, { shape, data: new dtypes[dtype](buffer) });
  }
  return { tensors, metadata };
}
