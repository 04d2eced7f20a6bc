import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DecodedGif, decodeGif } from '../../test/gif-decoder.ts';
import { RandomStream } from '../random/random-stream.ts';
import { GifEncoder } from './gif-encoder.ts';

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
  const decoded = decodeGif(encoder.finish());
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
    const gif = decodeGif(encoder.finish());
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
