import { readFileSync } from 'node:fs';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { createEnvironment } from '../registry.ts';
import { PictureCanvas } from './canvas.ts';
import { drawLander, LanderRenderer, type LanderScene } from './lander-scene.ts';

/** What test/data/lander-frames.json holds; its `source` says how Gymnasium made it. */
interface GymnasiumFrame {
  readonly name: string;
  readonly terrain: LanderScene['terrain'];
  readonly bodies: LanderScene['bodies'];
  readonly particles: readonly { readonly x: number; readonly y: number; readonly timeToLive: number }[];
}

const data = new URL('../../../test/data/', import.meta.url);
const { frames } = JSON.parse(readFileSync(new URL('lander-frames.json', data), 'utf8')) as {
  readonly frames: readonly GymnasiumFrame[];
};
const sceneOf = ({ terrain, bodies }: GymnasiumFrame): LanderScene => ({ terrain, bodies, flames: [] });

function paint(frame: GymnasiumFrame): Uint8ClampedArray {
  const canvas = new PictureCanvas(600, 400);
  canvas.paint(drawLander(sceneOf(frame), frame.particles));
  return canvas.pixels();
}

async function gymnasiumPixels(name: string): Promise<Uint8ClampedArray> {
  const context = createCanvas(600, 400).getContext('2d');
  context.drawImage(await loadImage(readFileSync(new URL(`lander-frame-${name}.png`, data))), 0, 0);
  return context.getImageData(0, 0, 600, 400).data;
}

const pixelAt = (pixels: Uint8ClampedArray, x: number, y: number) => [
  ...pixels.subarray(4 * (600 * y + x), 4 * (600 * y + x) + 3),
];

describe.each(frames.map((frame) => [frame.name, frame] as const))('the picture of the %s', (name, frame) => {
  test("differs from Gymnasium's by less than 0.5 of 255 on average and along edges only", async () => {
    const own = paint(frame);
    const theirs = await gymnasiumPixels(name);
    let difference = 0;
    let different = 0;
    for (const [i, value] of own.entries()) {
      difference += Math.abs(value - theirs[i]);
      if (value !== theirs[i]) different++;
    }
    expect(difference / (600 * 400 * 3)).toBeLessThan(0.5);
    expect(different / (600 * 400 * 3)).toBeLessThan(0.01);
  });

  test('has white ground, black sky, a violet hull and yellow flags with white poles', () => {
    const pixels = paint(frame);
    const [hull] = frame.bodies;
    // The hull's origin, or what of the hull is below the picture's upper edge.
    const hullY = Math.max(1, Math.round(400 - 30 * hull.y));
    expect(pixelAt(pixels, 300, 399)).toEqual([255, 255, 255]);
    expect(pixelAt(pixels, 5, 5)).toEqual([0, 0, 0]);
    expect(pixelAt(pixels, 270, 300)).toEqual([0, 0, 0]);
    expect(pixelAt(pixels, 270, 301)).toEqual([255, 255, 255]);
    expect(pixelAt(pixels, Math.round(30 * hull.x), hullY)).toEqual([128, 102, 230]);
    for (const x of [240, 360]) {
      expect(pixelAt(pixels, x + 5, 254)).toEqual([204, 204, 0]);
      expect(pixelAt(pixels, x, 290)).toEqual([255, 255, 255]);
    }
  });
});

test("the environment's scene after reset(3) is Gymnasium's: terrain within 1e-6 m, bodies bit by bit", () => {
  const environment = createEnvironment('LunarLander-v3');
  environment.reset({ seed: 3 });
  const { terrain, bodies, flames } = environment.scene();
  const [start] = frames;
  expect(bodies).toEqual(start.bodies);
  expect(flames).toEqual([]);
  for (const [i, { x, y }] of terrain.entries()) {
    expect(x).toBe(start.terrain[i].x);
    expect(y).toBeCloseTo(start.terrain[i].y, 6);
  }
});

test('exhaust is orange-red where the engine fires, darker a frame later, and gone with the next episode', () => {
  const renderer = new LanderRenderer();
  const scene = sceneOf(frames[0]);
  const discs = (drawing: ReturnType<LanderRenderer['draw']>) =>
    drawing.shapes.filter((shape) => shape.kind === 'circle');
  renderer.begin();
  expect(discs(renderer.draw(scene))).toEqual([]);
  const flame = { kind: 'main', x: 10, y: 10, impulseX: 0, impulseY: 0, power: 1 } as const;
  expect(discs(renderer.draw({ ...scene, flames: [flame] }))).toEqual([
    {
      kind: 'circle',
      centre: { x: 300, y: 400 - 30 * (10 - 0.2 / 50) },
      radius: 2,
      fill: 'rgb(255 108 108)',
    },
  ]);
  expect(discs(renderer.draw(scene))[0]).toMatchObject({ fill: 'rgb(216 89 89)' });
  renderer.begin();
  expect(discs(renderer.draw(scene))).toEqual([]);
});
