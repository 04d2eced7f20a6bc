import { expect, test } from 'vitest';
import { Mp4Encoder } from './mp4-encoder.ts';

interface Box {
  readonly name: string;
  readonly content: Buffer;
}

const containers = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);

/** All boxes of an MP4 file, inner ones after their outer one. */
function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    expect(size).toBeGreaterThanOrEqual(8);
    expect(at + size).toBeLessThanOrEqual(bytes.length);
    const content = bytes.subarray(at + 8, at + size);
    boxes.push({ name, content });
    if (containers.has(name)) boxes.push(...boxesOf(content));
    at += size;
  }
  return boxes;
}

function pixels(width: number, height: number, shade: number): Uint8ClampedArray {
  return new Uint8ClampedArray(4 * width * height).fill(shade);
}

async function film(shades: readonly number[], frameRate: 25 | 50): Promise<Buffer> {
  const encoder = await Mp4Encoder.create({ width: 64, height: 48, frameRate });
  for (const shade of shades) encoder.addFrame(pixels(64, 48, shade), 2);
  const bytes = Buffer.from(encoder.finish());
  encoder.close();
  return bytes;
}

test('the file has one H.264 track with all frames, their size and their rate', async () => {
  const boxes = boxesOf(await film([0, 50, 100, 150, 200], 50));
  const contentOf = (name: string) => {
    const found = boxes.filter((box) => box.name === name);
    expect(found).toHaveLength(1);
    return found[0].content;
  };
  expect(boxes[0].name).toBe('ftyp');
  expect(contentOf('mdat').length).toBeGreaterThan(100);
  expect(contentOf('stsd').toString('latin1')).toContain('avc1');
  const track = contentOf('tkhd');
  expect([track.readUInt32BE(76) / 65_536, track.readUInt32BE(80) / 65_536]).toEqual([64, 48]);
  // Sample sizes: version and flags, a common size or 0, how many.
  expect(contentOf('stsz').readUInt32BE(8)).toBe(10);
  const media = contentOf('mdhd');
  expect(media.readUInt32BE(16) / media.readUInt32BE(12)).toBeCloseTo(10 / 50, 6);
});

test('no header tells when the file was made', async () => {
  const boxes = boxesOf(await film([0, 50], 50)).filter(({ name }) =>
    ['mvhd', 'tkhd', 'mdhd'].includes(name),
  );
  expect(boxes.map(({ name }) => name)).toEqual(['mvhd', 'tkhd', 'mdhd']);
  for (const { content } of boxes) {
    expect([content.readUInt32BE(4), content.readUInt32BE(8)]).toEqual([0, 0]);
  }
});

test('equal frames give equal bytes, also of two encoders at once', async () => {
  const [first, second] = await Promise.all([film([0, 90, 180], 25), film([0, 90, 180], 25)]);
  expect(second.equals(first)).toBe(true);
  expect((await film([0, 90, 181], 25)).equals(first)).toBe(false);
});

test('an encoder that is closed before its end does not harm the next one', async () => {
  const left = await Mp4Encoder.create({ width: 64, height: 48, frameRate: 25 });
  left.addFrame(pixels(64, 48, 10), 1);
  left.close();
  const empty = await Mp4Encoder.create({ width: 64, height: 48, frameRate: 25 });
  empty.close();
  expect((await film([0, 90], 25)).length).toBeGreaterThan(100);
});

test("the encoder leaves the process's handlers of errors alone", async () => {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.rawListeners(event));
  const encoder = await Mp4Encoder.create({ width: 2, height: 2, frameRate: 25 });
  encoder.close();
  expect(events.map((event) => process.rawListeners(event))).toEqual(before);
  const sources = events.flatMap((event) => process.rawListeners(event)).map(String);
  expect(
    sources.filter((source) => source.includes('WebAssembly') || source === 'function(A){throw A}'),
  ).toEqual([]);
});
