import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeGif } from '../../test/gif-decoder.ts';
import { createEnvironment } from '../environments/registry.ts';
import { LanderRenderer, type LanderScene } from '../environments/rendering/lander-scene.ts';
import { recordEpisodes } from './video.ts';
import { columnsOf } from './video-panes.ts';
import { type PaneOptions, recordSideBySide } from './video-side-by-side.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-side-by-side-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A lander that fires its main engine at every third step, for so many steps. */
function pane(steps: number, seed: number): PaneOptions<LanderScene> {
  let step = 0;
  return {
    environment: createEnvironment('LunarLander-v3', { maxEpisodeSteps: steps }),
    renderer: new LanderRenderer(),
    act: () => ({ action: step++ % 3 === 0 ? 2 : 0 }),
    seed,
    title: `pilot ${steps}`,
    detail: `seed ${seed}`,
  };
}

const mp4Frames = (bytes: Buffer) => bytes.readUInt32BE(bytes.indexOf('stsz') + 12);
/** Width and height of the track's header (ISO/IEC 14496-12, 8.3.2), its last two words in 16.16 fixed point. */
const mp4Size = (bytes: Buffer) => {
  const end = bytes.indexOf('tkhd') - 4 + bytes.readUInt32BE(bytes.indexOf('tkhd') - 4);
  return [bytes.readUInt32BE(end - 8) / 65_536, bytes.readUInt32BE(end - 4) / 65_536];
};

test('two flights fly at once in an MP4, each as it would alone, until the longer one has ended', async () => {
  const path = join(folder, 'two.mp4');
  const recording = await recordSideBySide({ path, panes: [pane(4, 1), pane(12, 2)] });
  const bytes = await readFile(path);
  expect(mp4Frames(bytes)).toBe(12 + 100);
  expect(mp4Size(bytes)).toEqual([2 * 600 + 4, 436]);
  expect(recording).toMatchObject({ path, bytes: bytes.length, seconds: 112 / 50 });
  const alone = await recordEpisodes({ ...pane(12, 2), seeds: [2], path: join(folder, 'alone.gif') });
  expect(recording.episodes[1]).toEqual(alone.episodes[0]);
  expect(recording.episodes[0]).toMatchObject({ seed: 1, steps: 4, truncated: true });
});

// A second or two: the pictures of five panes are unpacked, half a million pixels each.
test('of five smaller ones in a GIF, one that ends early holds its last picture while the others go on', async () => {
  const path = join(folder, 'five.gif');
  await recordSideBySide({ path, panes: [12, 4, 12, 12, 12].map((steps, i) => pane(steps, i)) });
  const { width, height, frames, loops } = decodeGif(await readFile(path));
  expect([width, height, loops]).toEqual([3 * 300 + 2 * 4, 2 * 236 + 4, true]);
  expect(frames.map(({ delay }) => delay)).toEqual([4, 4, 4, 4, 4, 4, 200]);
  /** Whether a pane shows the same in both frames. */
  const same = (column: number, row: number, [a, b]: readonly [number, number]) => {
    const rows = Array.from({ length: 236 }, (_, y) => (row * 240 + y) * width + column * 304);
    const cut = (frame: number) => rows.flatMap((at) => frames[frame].pixels.slice(at, at + 300));
    return cut(a).join() === cut(b).join();
  };
  expect([same(1, 0, [1, 2]), same(1, 0, [2, 6])]).toEqual([false, true]);
  for (const [column, row] of [
    [0, 0],
    [2, 0],
    [0, 1],
    [1, 1],
  ])
    expect(same(column, row, [2, 6])).toBe(false);
  // The sixth cell is empty.
  const empty = frames[6].pixels.slice(400 * width + 2 * 304, 400 * width + 2 * 304 + 300);
  expect(new Set(empty).size).toBe(1);
});

test('the columns of a grid can be chosen; else it is at least as wide as high, with few empty cells', async () => {
  const path = join(folder, 'column.gif');
  await recordSideBySide({ path, columns: 1, panes: [pane(2, 1), pane(2, 2), pane(2, 3)] });
  const bytes = await readFile(path);
  expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([300, 3 * 236 + 2 * 4]);
  for (let count = 2; count <= 9; count++) {
    const columns = columnsOf(count);
    const rows = Math.ceil(count / columns);
    expect(columns).toBeGreaterThanOrEqual(rows);
    expect(columns * rows - count).toBeLessThanOrEqual(1);
  }
});

describe.each(['gif', 'mp4'])('side by side as %s', (kind) => {
  test('is the same bytes for the same seeds, and others for other ones', async () => {
    const film = async (seed: number) => {
      const path = join(folder, `film.${kind}`);
      await recordSideBySide({ path, panes: [pane(6, 1), pane(6, seed), pane(4, 5)] });
      return readFile(path);
    };
    const first = await film(2);
    expect((await film(2)).equals(first)).toBe(true);
    expect((await film(3)).equals(first)).toBe(false);
  });

  test('leaves no file when it is stopped', async () => {
    const stop = new AbortController();
    const path = join(folder, `stopped.${kind}`);
    const stopping = { ...pane(12, 1), act: () => (stop.abort(new Error('enough')), { action: 0 }) };
    const panes = [pane(12, 2), stopping];
    await expect(recordSideBySide({ path, panes, signal: stop.signal })).rejects.toThrow('enough');
    expect(await readdir(folder)).not.toContain(`stopped.${kind}`);
  });
});

test('one flight, ten of them, or an unknown kind of file are refused', async () => {
  const path = join(folder, 'none.gif');
  const panes = Array.from({ length: 10 }, (_, i) => pane(2, i));
  await expect(recordSideBySide({ path, panes: [panes[0]] })).rejects.toThrow(
    '1 flights side by side; expected 2 to 9',
  );
  await expect(recordSideBySide({ path, panes })).rejects.toThrow('10 flights');
  await expect(recordSideBySide({ path: 'film.avi', panes })).rejects.toThrow(/\.mp4 or \.gif/);
});
