/**
 * Checkpoints on disk: the state of something that runs, between two of its steps. A file is there whole or not at all,
 * what is damaged is refused by name, and the one before is kept in case.
 *
 * Little-endian: magic and version, 32 bits each; length of what follows the header, 64 bits; CRC-32 of the rest; length
 * of the outline, 32 bits. The outline, in Node's structured-clone format (`v8.serialize`), is label and state with a
 * placeholder for every typed array; the arrays follow. So a state of hundreds of megabytes is written without another
 * copy of it.
 */
import { readFile, rename, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { messageOf } from '../errors/message-of.ts';
import { writeFileAtomically } from './write-file.ts';

const magic = 0x5043_4454; // "TDCP"
const version = 2;
const headerBytes = 24;
/** Where in the header the part begins that the checksum covers. */
const checkedFrom = 20;

const arrayTypes = { Uint8Array, Int32Array, Uint32Array, Float32Array, Float64Array };
type ArrayType = keyof typeof arrayTypes;

/** Stands for a typed array in the outline. In bytes. */
interface ArrayPlace {
  readonly type: ArrayType;
  readonly offset: number;
  readonly length: number;
}

type Path = readonly (string | number)[];

interface Outline {
  readonly label: string;
  readonly state: unknown;
  /** Where placeholders stand: keys on the way to each. */
  readonly places: readonly Path[];
}

/** Takes the typed arrays out of a state of plain objects and arrays. */
class Packer {
  readonly arrays: Uint8Array[] = [];
  readonly places: Path[] = [];
  #bytes = 0;

  outline(value: unknown, path: Path): unknown {
    if (ArrayBuffer.isView(value)) return this.#place(value, path);
    if (Array.isArray(value)) return value.map((item, i) => this.outline(item, [...path, i]));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.outline(item, [...path, key])]),
    );
  }

  #place(view: ArrayBufferView, path: Path): ArrayPlace {
    const type = (view instanceof Uint8Array ? 'Uint8Array' : view.constructor.name) as ArrayType;
    if (!(type in arrayTypes)) throw new TypeError(`a ${type} in a checkpoint; expected a typed array of it`);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const place: ArrayPlace = { type, offset: this.#bytes, length: bytes.length };
    this.arrays.push(bytes);
    this.#bytes += bytes.length;
    this.places.push(path);
    return place;
  }
}

/** The bytes of a checkpoint, in pieces. */
function pack(label: string, state: unknown): readonly Uint8Array[] {
  const packer = new Packer();
  const outline = packer.outline({ state }, []) as { state: unknown };
  const head = serialize({ label, state: outline.state, places: packer.places } satisfies Outline);
  const content = [head, ...packer.arrays];
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(magic, 0);
  header.writeUInt32LE(version, 4);
  header.writeBigUInt64LE(BigInt(content.reduce((sum, piece) => sum + piece.length, 0)), 8);
  header.writeUInt32LE(head.length, checkedFrom);
  const checked = [header.subarray(checkedFrom), ...content];
  header.writeUInt32LE(
    checked.reduce((crc, piece) => crc32(piece, crc), 0),
    16,
  );
  return [header, ...content];
}

/** Puts the arrays back where their placeholders stand. */
function fill(outline: Outline, arrays: Uint8Array): unknown {
  const root: Record<string, unknown> = { state: outline.state };
  for (const path of outline.places) {
    let parent = root as Record<string | number, unknown>;
    for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
    const key = path[path.length - 1];
    const { type, offset, length } = parent[key] as ArrayPlace;
    const copy = new Uint8Array(arrays.subarray(offset, offset + length));
    parent[key] = new arrayTypes[type](copy.buffer);
  }
  return root['state'];
}

function unpack(bytes: Buffer, label: string): unknown {
  if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== magic) {
    throw new Error(`${bytes.length} bytes that are no checkpoint`);
  }
  const found = bytes.readUInt32LE(4);
  if (found !== version) throw new Error(`a checkpoint of version ${found}; expected ${version}`);
  const content = bytes.subarray(headerBytes);
  const length = bytes.readBigUInt64LE(8);
  if (BigInt(content.length) !== length) {
    throw new Error(`${content.length} bytes of content; expected ${length}: it is cut off or has grown`);
  }
  if (crc32(bytes.subarray(checkedFrom)) !== bytes.readUInt32LE(16))
    throw new Error('the content is damaged');
  const headLength = bytes.readUInt32LE(checkedFrom);
  const outline = deserialize(content.subarray(0, headLength)) as Outline;
  if (outline.label !== label) throw new Error(`it is of ${outline.label}; expected one of ${label}`);
  return fill(outline, content.subarray(headLength));
}

/**
 * @param label what a state must have in common with whoever reads it.
 * @param state plain objects, arrays, typed arrays and what else `structuredClone` takes.
 * @returns bytes written. @throws what the file system says; an older checkpoint of that name is still there then.
 */
export async function writeCheckpoint(path: string, label: string, state: unknown): Promise<number> {
  const pieces = pack(label, state);
  await writeFileAtomically(path, pieces);
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/**
 * The state in a file, as it was written.
 * @returns undefined where there is no file. @throws Error in one line naming the file when it can't be used.
 */
export async function readCheckpoint(path: string, label: string): Promise<unknown> {
  try {
    return unpack(await readFile(path), label);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const reason = messageOf(error);
    throw new Error(`checkpoint "${path}" can't be used: ${reason}`, { cause: error });
  }
}

const previous = (path: string): string => `${path}.previous`;

/** As `writeCheckpoint`; the one that was there is kept as the previous one. */
export async function writeNextCheckpoint(path: string, label: string, state: unknown): Promise<number> {
  const next = `${path}.next`;
  const bytes = await writeCheckpoint(next, label, state);
  await rename(path, previous(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(next, path);
  return bytes;
}

/**
 * The state of the newest checkpoint of that name that can be used; undefined where there is none.
 * @param onDamaged told of one that can't be used, in one line.
 */
export async function readNewestCheckpoint(
  path: string,
  label: string,
  onDamaged: (problem: string) => void,
): Promise<unknown> {
  for (const file of [path, previous(path)]) {
    try {
      const state = await readCheckpoint(file, label);
      if (state !== undefined) return state;
    } catch (error) {
      onDamaged(messageOf(error));
    }
  }
  return undefined;
}

/** Removes a checkpoint and the one before. */
export async function removeCheckpoint(path: string): Promise<void> {
  for (const file of [`${path}.next`, previous(path), path]) await rm(file, { force: true });
}
