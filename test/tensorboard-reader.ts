/** Reads the scalars of a TensorBoard event file back, checking what there is to check. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '../src/report/tensorboard.ts';

export interface Scalar {
  readonly tag: string;
  readonly value: number;
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
}

type Field = { readonly number: number; readonly value: bigint | Buffer };

/** The fields of a message, in order; numbers of four and eight bytes as they are. */
function readFields(message: Buffer): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new Error('a field that goes beyond its message');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = Number(varint());
    const type = key % 8;
    const number = Math.floor(key / 8);
    if (type === 0) fields.push({ number, value: varint() });
    else if (type === 1) fields.push({ number, value: take(8) });
    else if (type === 2) fields.push({ number, value: take(Number(varint())) });
    else if (type === 5) fields.push({ number, value: take(4) });
    else throw new Error(`wire type ${type}; expected 0, 1, 2 or 5`);
  }
  return fields;
}

const find = (message: Buffer, number: number): bigint | Buffer | undefined =>
  readFields(message).find((field) => field.number === number)?.value;

const unmask = (crc: number): number => {
  const rotated = (crc - 0xa282_ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
};

/** @throws Error where a checksum or the format is wrong. */
export function readScalars(file: Buffer): readonly Scalar[] {
  const scalars: Scalar[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    if (crc32c(file.subarray(at, at + 8)) !== unmask(file.readUInt32LE(at + 8)))
      throw new Error('bad length');
    if (crc32c(data) !== unmask(file.readUInt32LE(at + 12 + length))) throw new Error('bad data');
    const version = find(data, 3);
    if (at === 0 && String(version) !== 'brain.Event:2') throw new Error('no version');
    const summary = find(data, 5);
    if (summary instanceof Buffer) {
      const value = find(summary, 1) as Buffer;
      scalars.push({
        tag: String(find(value, 1)),
        value: (find(value, 2) as Buffer).readFloatLE(0),
        step: Number(find(data, 2)),
        wallTime: (find(data, 1) as Buffer).readDoubleLE(0),
      });
    }
    at += 16 + length;
  }
  return scalars;
}

/** The scalars in the one event file of a run's folder, in order. */
export function readRun(run: string): readonly (readonly [tag: string, step: number, value: number])[] {
  const [file] = readdirSync(run);
  return readScalars(readFileSync(join(run, file))).map(({ tag, step, value }) => [tag, step, value]);
}
