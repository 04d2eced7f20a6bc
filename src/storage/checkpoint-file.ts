/**
 * Checkpoints on disk: the state of something that runs, between two of its steps. A file is there whole or not at all,
 * and what is damaged is refused by name.
 *
 * Little-endian: magic and version, 32 bits each; length of the content, 64 bits; its CRC-32; then the content, label and
 * state in Node's structured-clone format (`v8.serialize`).
 */
import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { writeFileAtomically } from '../files/write-file.ts';

const magic = 0x5043_4454; // "TDCP"
const version = 1;
const headerBytes = 20;

interface Content {
  readonly label: string;
  readonly state: unknown;
}

/**
 * @param label what a state must have in common with whoever reads it.
 * @param state anything that `structuredClone` takes.
 * @throws what the file system says; an older checkpoint of that name is still there then.
 */
export async function writeCheckpoint(path: string, label: string, state: unknown): Promise<void> {
  const content = serialize({ label, state } satisfies Content);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(magic, 0);
  header.writeUInt32LE(version, 4);
  header.writeBigUInt64LE(BigInt(content.length), 8);
  header.writeUInt32LE(crc32(content), 16);
  await writeFileAtomically(path, Buffer.concat([header, content]));
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
  if (crc32(content) !== bytes.readUInt32LE(16)) throw new Error('the content is damaged');
  const { label: ofState, state } = deserialize(content) as Content;
  if (ofState !== label) throw new Error(`it is of ${ofState}; expected one of ${label}`);
  return state;
}

/**
 * The state in a file, as it was written.
 * @returns undefined where there is no file. @throws Error in one line naming the file when it can't be used.
 */
export async function readCheckpoint(path: string, label: string): Promise<unknown> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return unpack(bytes, label);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`checkpoint "${path}" can't be used: ${reason}`, { cause: error });
  }
}
