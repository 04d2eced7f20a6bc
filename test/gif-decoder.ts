/** Reads animated GIFs (GIF89a): what a viewer would show. */
import { expect } from 'vitest';

export interface DecodedGif {
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

/** @throws Error, or fails an expectation, where it is no GIF as the encoder should write it. */
export function decodeGif(bytes: Uint8Array): DecodedGif {
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
