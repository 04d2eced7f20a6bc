import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEnvironment } from '../environments/registry.ts';
import { LanderRenderer, type LanderScene } from '../environments/rendering/lander-scene.ts';
import { type RecordingOptions, recordEpisodes } from './video.ts';
import { videoKind } from './video-kind.ts';

const episodeSteps = 12;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchdown-video-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A lander that fires its main engine at every third step until its time is over. */
function options(name: string): RecordingOptions<LanderScene> {
  let step = 0;
  return {
    environment: createEnvironment('LunarLander-v3', { maxEpisodeSteps: episodeSteps }),
    renderer: new LanderRenderer(),
    act: () => ({ action: step++ % 3 === 0 ? 2 : 0, values: [1, 2, 3, 4] }),
    seeds: [1],
    path: join(folder, name),
  };
}

/** Delays of a GIF's frames, found by their graphic control extensions. */
function gifDelays(bytes: Buffer): number[] {
  const delays: number[] = [];
  const start = Buffer.of(0x21, 0xf9, 0x04);
  for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) {
    if (bytes[at + 7] === 0 && bytes[at + 8] === 0x2c) delays.push(bytes.readUInt16LE(at + 4));
  }
  return delays;
}

/** How many pictures an MP4 holds, by its box of sample sizes. */
const mp4Frames = (bytes: Buffer) => bytes.readUInt32BE(bytes.indexOf('stsz') + 12);

test('an MP4 has every step at 50 pictures a second, and the last one stays for a second', async () => {
  const recording = await recordEpisodes(options('all.mp4'));
  const environment = createEnvironment('LunarLander-v3');
  environment.reset({ seed: 1 });
  let episodeReturn = 0;
  for (let step = 0; step < episodeSteps; step++) {
    episodeReturn += environment.step(step % 3 === 0 ? 2 : 0).reward;
  }
  const bytes = await readFile(recording.path);
  expect(recording).toEqual({
    path: join(folder, 'all.mp4'),
    bytes: bytes.length,
    seconds: (episodeSteps + 50) / 50,
    episodes: [{ seed: 1, steps: episodeSteps, episodeReturn, terminated: false, truncated: true }],
  });
  expect(mp4Frames(bytes)).toBe(episodeSteps + 50);
});

test('a GIF has every other step at 25 pictures a second, small and looping', async () => {
  const recording = await recordEpisodes(options('half.gif'));
  const bytes = await readFile(recording.path);
  expect(gifDelays(bytes)).toEqual([...Array(episodeSteps / 2).fill(4), 100]);
  expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([600, 400]);
  expect(bytes.includes('NETSCAPE2.0')).toBe(true);
  expect(bytes.length).toBeLessThan(100_000);
  expect(recording.seconds).toBeCloseTo((episodeSteps / 2 + 25) / 25, 12);
});

test('frame rate and scale can be chosen', async () => {
  const gif = await readFile((await recordEpisodes({ ...options('b.gif'), frameRate: 50, scale: 2 })).path);
  expect(gifDelays(gif)).toEqual([...Array(episodeSteps).fill(2), 100]);
  expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([1200, 800]);
  const mp4 = await readFile((await recordEpisodes({ ...options('b.mp4'), frameRate: 25 })).path);
  expect(mp4Frames(mp4)).toBe(episodeSteps / 2 + 25);
});

test('several seeds give one video of several episodes', async () => {
  const recording = await recordEpisodes({ ...options('two.gif'), seeds: [1, 5n] });
  expect(recording.episodes.map(({ seed, steps }) => [seed, steps])).toEqual([
    [1, episodeSteps],
    [5n, episodeSteps],
  ]);
  const delays = gifDelays(await readFile(recording.path));
  expect(delays).toHaveLength(2 * (episodeSteps / 2 + 1));
  expect(delays.filter((delay) => delay === 100)).toHaveLength(2);
});

describe.each(['gif', 'mp4'])('a video as %s', (kind) => {
  // Takes about a second: each of the three films ends with a second of picture, 50 frames of H.264.
  test('is the same bytes for the same seed, and others for another one', async () => {
    const film = async (seed: number) =>
      readFile((await recordEpisodes({ ...options(`film.${kind}`), seeds: [seed] })).path);
    const first = await film(1);
    expect((await film(1)).equals(first)).toBe(true);
    expect((await film(2)).equals(first)).toBe(false);
  });

  test('is not there when the recording is stopped or fails', async () => {
    const stop = new AbortController();
    let step = 0;
    const act = () => {
      if (++step === 7) stop.abort(new Error('stopped at step 7'));
      return { action: 0 };
    };
    const path = join(folder, 'none', `stopped.${kind}`);
    await expect(recordEpisodes({ ...options('x.gif'), path, act, signal: stop.signal })).rejects.toThrow(
      'stopped at step 7',
    );
    const fail = () => {
      if (++step === 14) throw new Error('no idea what to do');
      return { action: 0 };
    };
    await expect(recordEpisodes({ ...options('x.gif'), path, act: fail })).rejects.toThrow(
      'no idea what to do',
    );
    expect(await readdir(folder)).not.toContain('none');
    // The encoder is fit for the next recording.
    await recordEpisodes(options(`after.${kind}`));
  });
});

test('a continuous environment is filmed like a discrete one', async () => {
  const environment = createEnvironment('LunarLanderContinuous-v3', { maxEpisodeSteps: episodeSteps });
  const act = () => ({ action: [0.5, -0.75] });
  const recording = await recordEpisodes({ ...options('continuous.gif'), environment, act });
  expect(recording.episodes[0].steps).toBe(episodeSteps);
});

test('an unknown kind of file, or nothing to film, is an error before anything is played', async () => {
  let played = false;
  const act = () => {
    played = true;
    return { action: 0 };
  };
  await expect(recordEpisodes({ ...options('film.avi'), act })).rejects.toThrow(
    /film\.avi": expected a name that ends in \.mp4 or \.gif/,
  );
  await expect(recordEpisodes({ ...options('film.gif'), act, seeds: [] })).rejects.toThrow('0 seeds');
  expect(played).toBe(false);
});

test('the kind of a video is in its name, in whatever case', () => {
  expect([videoKind('a.MP4'), videoKind('b/c.d.gif')]).toEqual(['mp4', 'gif']);
  expect(() => videoKind('mp4')).toThrow(RangeError);
});
