/**
 * TensorBoard event files: scalars over steps, as `torch.utils.tensorboard` and Stable-Baselines3 write them. A file is a
 * series of TFRecords (length, its checksum, data, its checksum), each an `Event` in protocol buffers' wire format.
 * Source: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto, framework/summary.proto.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** CRC-32C (Castagnoli), reflected. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  return crc;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** As records hold it, so that a checksum of checksums doesn't fool anybody. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0;
}

/** Fields of a message. Wire types: 0 a whole number, 1 eight bytes, 2 bytes with their length before, 5 four bytes. */
const field = (number: number, wireType: number): number => number * 8 + wireType;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = field(number, 1);
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

function float(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = field(number, 5);
  bytes.writeFloatLE(value, 1);
  return bytes;
}

const wholeNumber = (number: number, value: number): Buffer =>
  Buffer.concat([Buffer.of(field(number, 0)), varint(value)]);
const bytes = (number: number, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(field(number, 2)), varint(content.length), content]);
const text = (number: number, content: string): Buffer => bytes(number, Buffer.from(content));

function encodeRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(16 + data.length);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedCrc(data), 12 + data.length);
  return record;
}

/** Of `Event`. */
const eventFields = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
/** Of `Summary` and its `Value`. */
const summaryFields = { value: 1, tag: 1, simpleValue: 2 } as const;

/** Files of one process begin at different times, or have different numbers. */
let files = 0;

/** One run of TensorBoard: a folder, of which this writes one file. What is written is there at once. */
export class EventWriter {
  readonly #file: number;

  /** @param folder is made if need be. @throws what the file system says. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    const seconds = Math.floor(Date.now() / 1000);
    const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${files++}`;
    this.#file = openSync(join(folder, name), 'ax');
    this.#write(text(eventFields.fileVersion, 'brain.Event:2'));
  }

  /** @param tag such as `rollout/ep_rew_mean`. @param step a whole number ≥ 0. */
  addScalar(tag: string, value: number, step: number): void {
    const scalar = Buffer.concat([text(summaryFields.tag, tag), float(summaryFields.simpleValue, value)]);
    this.#write(
      Buffer.concat([
        wholeNumber(eventFields.step, step),
        bytes(eventFields.summary, bytes(summaryFields.value, scalar)),
      ]),
    );
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(what: Buffer): void {
    const event = Buffer.concat([double(eventFields.wallTime, Date.now() / 1000), what]);
    writeSync(this.#file, encodeRecord(event));
  }
}
