/**
 * Animated GIFs of drawings: flat colours stay exact, and a frame stores only what differs from the one before
 * (everything else is transparent), which is little in a scene where one thing moves.
 */
import { createRequire } from 'node:module';
import type { VideoEncoder, VideoFormat } from './video-encoder.ts';

type RgbColour = readonly [number, number, number];

/** What we use of gifenc, which ships without declarations. */
interface GifStream {
  writeFrame(
    indices: Uint8Array,
    width: number,
    height: number,
    options: {
      /** The frame's own, and the whole file's for the first frame. */
      readonly palette: readonly RgbColour[];
      readonly transparent: boolean;
      readonly transparentIndex: number;
      /** Milliseconds. */
      readonly delay: number;
      /** 1: the frame stays under the next one. */
      readonly dispose: number;
    },
  ): void;
  finish(): void;
  bytes(): Uint8Array;
}

// Required, not imported: what an import of it is differs between Node and bundlers (a default inside a default).
const require = createRequire(import.meta.url);
const { GIFEncoder } = require('gifenc') as { GIFEncoder(this: void): GifStream };

interface Palette {
  readonly colours: readonly RgbColour[];
  /** The index of a pixel's colour. */
  readonly indexOf: (pixel: number) => number;
}

/** One of the 256 is for what stays as it was. */
const maxColours = 255;
const transparentIndex = 0;
/** Bits of a colour that count, channel by channel: all, then ever fewer, down to 64 colours. */
const colourMasks = [0xffffff, 0xfcfcfc, 0xf8f8f8, 0xf0f0f0, 0xe0e0e0, 0xc0c0c0];

/**
 * A palette for pixels (blue, green and red from the third byte down). If they have too many colours, similar
 * ones share the most frequent of them, so that the flat parts of a picture keep theirs.
 */
function choosePalette(counts: ReadonlyMap<number, number>): Palette {
  for (const mask of colourMasks) {
    const groups = new Map<number, { colour: number; count: number }>();
    for (const [colour, count] of counts) {
      const group = groups.get(colour & mask);
      if (group === undefined || group.count < count) groups.set(colour & mask, { colour, count });
    }
    if (groups.size > maxColours) continue;
    const colours: RgbColour[] = [[0, 0, 0]];
    const indices = new Map<number, number>();
    for (const [key, { colour }] of groups) {
      indices.set(key, colours.length);
      colours.push([colour & 0xff, (colour >> 8) & 0xff, (colour >> 16) & 0xff]);
    }
    return { colours, indexOf: (pixel) => indices.get(pixel & mask) ?? transparentIndex };
  }
  throw new Error(`a palette of more than ${maxColours} colours; the coarsest mask leaves 64`);
}

export class GifEncoder implements VideoEncoder {
  readonly #format: VideoFormat;
  readonly #stream: GifStream = GIFEncoder();
  /** What the frames so far show, as 32-bit pixels: opaque ones, from which the zeros at the start all differ. */
  readonly #shown: Uint32Array;
  /** The last frame is held back: the next one may be the same and only make it longer. */
  #pending:
    | { readonly indices: Uint8Array; readonly colours: readonly RgbColour[]; frames: number }
    | undefined;

  constructor(format: VideoFormat) {
    this.#format = format;
    this.#shown = new Uint32Array(format.width * format.height);
  }

  addFrame(pixels: Uint8ClampedArray, frames: number): void {
    const now = new Uint32Array(pixels.buffer, pixels.byteOffset, this.#shown.length);
    const shown = this.#shown;
    const counts = new Map<number, number>();
    for (let i = 0; i < now.length; i++) {
      if (now[i] === shown[i]) continue;
      const colour = now[i] & 0xffffff;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    if (counts.size === 0 && this.#pending !== undefined) {
      this.#pending.frames += frames;
      return;
    }
    const { colours, indexOf } = choosePalette(counts);
    const indices = new Uint8Array(now.length);
    for (let i = 0; i < now.length; i++) {
      if (now[i] !== shown[i]) indices[i] = indexOf(now[i]);
    }
    shown.set(now);
    this.#flush();
    this.#pending = { indices, colours, frames };
  }

  #flush(): void {
    if (this.#pending === undefined) return;
    const { width, height, frameRate } = this.#format;
    const { indices, colours, frames } = this.#pending;
    this.#stream.writeFrame(indices, width, height, {
      palette: colours,
      transparent: true,
      transparentIndex,
      delay: (1000 * frames) / frameRate,
      dispose: 1,
    });
  }

  finish(): Uint8Array {
    this.#flush();
    this.#pending = undefined;
    this.#stream.finish();
    return this.#stream.bytes();
  }

  close(): void {
    this.#pending = undefined;
  }
}
