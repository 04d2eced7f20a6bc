import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random-stream.ts';
import { GifEncoder } from './gif-encoder.ts';

interface DecodedGif {
  readonly width: number;
  readonly height: number;
  readonly loops: boolean;
  /** What the screen shows after every frame, as 0xBBGGRR per pixel, and for how many hundredths of a second. */
  readonly frames: readonly { readonly pixels: readonly number[]; readonly delay: number }[];
}

/** Unpacks LZW codes of 9 to 12 bits (for 8-bit indices) as GIF89a, appendix F, describes them. */
function unpack(data: readonly number[], count: number): number[] {
  const clear = 256;
  const end = 257;
  const indices: number[] = [];
  let table: number[][] = [];
  let width = 9;
  let previous: readonly number[] | undefined;
  let bits = 0;
  let bitCount = 0;
  for (const byte of data) {
    bits |= byte << bitCount;
    bitCount += 8;
    while (bitCount >= width) {
      const code = bits & ((1 << width) - 1);
      bits >>>= width;
      bitCount -= width;
      if (code === end) return indices;
      if (code === clear) {
        table = Array.from({ length: 258 }, (_, i) => [i]);
        width = 9;
        previous = undefined;
        continue;
      }
      const entry = table[code] ?? [...(previous ?? []), previous?.[0] ?? -1];
      for (const index of entry) indices.push(index);
      if (previous !== undefined && table.length < 4096) table.push([...previous, entry[0]]);
      if (table.length === 1 << width && width < 12) width++;
      previous = entry;
    }
  }
  throw new Error(`the code of the end is missing after ${indices.length} of ${count} indices`);
}

function decode(bytes: Uint8Array): DecodedGif {
  let at = 0;
  const byte = () => bytes[at++];
  const word = () => byte() + 256 * byte();
  const text = (length: number) => String.fromCharCode(...bytes.subarray(at, (at += length)));
  const colourTable = (flags: number) =>
    Array.from({ length: 2 << (flags & 7) }, () => byte() | (byte() << 8) | (byte() << 16));
  const subBlocks = () => {
    const data: number[] = [];
    for (let length = byte(); length > 0; length = byte()) {
      data.push(...bytes.subarray(at, (at += length)));
    }
    return data;
  };
  expect(text(6)).toBe('GIF89a');
  const width = word();
  const height = word();
  const flags = byte();
  at += 2;
  const globalColours = flags & 0x80 ? colourTable(flags) : [];
  const screen: number[] = Array(width * height).fill(-1);
  const frames: { pixels: number[]; delay: number }[] = [];
  let loops = false;
  let delay = 0;
  let transparent = -1;
  for (;;) {
    const block = byte();
    if (block === 0x3b) break;
    if (block === 0x21) {
      const label = byte();
      const data = subBlocks();
      if (label === 0xff) loops = String.fromCharCode(...data.slice(0, 11)) === 'NETSCAPE2.0';
      if (label === 0xf9) {
        // The next frame is drawn over this one.
        if (data[0] >> 2 !== 1) throw new Error(`disposal ${data[0] >> 2}; expected 1`);
        transparent = data[0] & 1 ? data[3] : -1;
        delay = data[1] + 256 * data[2];
      }
      continue;
    }
    expect(block).toBe(0x2c);
    expect([word(), word(), word(), word()]).toEqual([0, 0, width, height]);
    const local = byte();
    const colours = local & 0x80 ? colourTable(local) : globalColours;
    expect(byte()).toBe(8);
    const indices = unpack(subBlocks(), width * height);
    expect(indices).toHaveLength(width * height);
    for (const [i, index] of indices.entries()) {
      if (index !== transparent) screen[i] = colours[index];
    }
    frames.push({ pixels: [...screen], delay });
  }
  expect(at).toBe(bytes.length);
  return { width, height, loops, frames };
}

/** Opaque pixels from 0xBBGGRR numbers. */
function picture(colours: readonly number[]): Uint8ClampedArray {
  return new Uint8ClampedArray(Uint32Array.from(colours, (colour) => colour + 0xff000000).buffer);
}

function encode(
  width: number,
  height: number,
  frameRate: 25 | 50,
  pictures: readonly (readonly number[])[],
): DecodedGif {
  const encoder = new GifEncoder({ width, height, frameRate });
  for (const colours of pictures) encoder.addFrame(picture(colours), 1);
  const decoded = decode(encoder.finish());
  encoder.close();
  return decoded;
}

const black = 0;
const white = 0xffffff;
const violet = 0xe66680;

describe('a GIF', () => {
  test('shows every picture exactly, however they differ', () => {
    const colour = fc.oneof(fc.constantFrom(black, white, violet), fc.integer({ min: 0, max: 0xffffff }));
    const pictures = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([width, height]) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          shown: fc.array(fc.array(colour, { minLength: width * height, maxLength: width * height }), {
            minLength: 1,
            maxLength: 5,
          }),
        }),
      );
    fc.assert(
      fc.property(pictures, ({ width, height, shown }) => {
        const gif = encode(width, height, 25, shown);
        expect([gif.width, gif.height]).toEqual([width, height]);
        const changes = shown.filter((colours, i) => i === 0 || colours.join() !== shown[i - 1].join());
        expect(gif.frames.map(({ pixels }) => pixels)).toEqual(changes);
      }),
    );
  });

  test('shows a picture as long as it is asked to, equal ones as one frame, and starts again', () => {
    const encoder = new GifEncoder({ width: 2, height: 1, frameRate: 50 });
    encoder.addFrame(picture([black, white]), 1);
    encoder.addFrame(picture([black, violet]), 2);
    encoder.addFrame(picture([black, violet]), 3);
    encoder.addFrame(picture([black, white]), 50);
    const gif = decode(encoder.finish());
    expect(gif.frames.map(({ delay }) => delay)).toEqual([2, 10, 100]);
    expect(gif.loops).toBe(true);
    expect(encode(1, 1, 25, [[black], [white]]).frames.map(({ delay }) => delay)).toEqual([4, 4]);
  });

  test('keeps flat colours exact and others within 8 of 255 where a picture has more than 255 colours', () => {
    const ramp = Array.from({ length: 600 }, (_, i) => (i % 256) | (Math.floor(i / 256) << 8));
    const flat = Array.from({ length: 600 }, (_, i) => [black, white, violet][i % 3]);
    const colours = [...ramp, ...flat];
    const [{ pixels }] = encode(30, 40, 25, [colours]).frames;
    expect(pixels.slice(600)).toEqual(flat);
    for (const [i, pixel] of pixels.entries()) {
      for (const shift of [0, 8, 16]) {
        expect(Math.abs(((pixel >> shift) & 0xff) - ((colours[i] >> shift) & 0xff))).toBeLessThanOrEqual(8);
      }
    }
  });

  test('stores little for a picture in which little changes', () => {
    const random = new RandomStream(1);
    const noise = Array.from({ length: 10_000 }, () => random.integers(0, 0x100) * 0x010101);
    const size = (pictures: readonly (readonly number[])[]) => {
      const encoder = new GifEncoder({ width: 100, height: 100, frameRate: 25 });
      for (const colours of pictures) encoder.addFrame(picture(colours), 1);
      return encoder.finish().length;
    };
    const still = size([noise]);
    expect(still).toBeGreaterThan(3000);
    expect(size([noise, noise.with(5000, white)])).toBeLessThan(still + 400);
  });
});
