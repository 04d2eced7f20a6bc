import { expect, test } from 'vitest';
import { PictureCanvas } from './canvas.ts';
import type { Drawing, Shape } from './drawing.ts';

function paint(shapes: readonly Shape[], scale = 1) {
  const canvas = new PictureCanvas(40, 20, scale);
  const drawing: Drawing = { width: 40, height: 20, background: '#fff', shapes };
  canvas.paint(drawing);
  const pixels = canvas.pixels();
  return (x: number, y: number) => [
    ...pixels.subarray(4 * (40 * scale * y + x), 4 * (40 * scale * y + x) + 4),
  ];
}

const white = [255, 255, 255, 255];
const blue = [0, 0, 255, 255];
const red = [255, 0, 0, 255];

test('whole coordinates are the borders between pixels', () => {
  const pixel = paint([{ kind: 'rectangle', corner: { x: 4, y: 5 }, width: 2, height: 3, fill: '#00f' }]);
  expect([pixel(3, 5), pixel(4, 5), pixel(5, 7), pixel(6, 7), pixel(5, 8)]).toEqual([
    white,
    blue,
    blue,
    white,
    white,
  ]);
});

test('later shapes cover earlier ones, and half transparent ones mix', () => {
  const square = { kind: 'rectangle', corner: { x: 0, y: 0 }, width: 10, height: 10 } as const;
  const pixel = paint([
    { ...square, fill: '#f00' },
    { ...square, width: 5, fill: '#00f' },
    { ...square, height: 5, fill: 'rgb(255 255 255 / 0.5)' },
  ]);
  expect([pixel(2, 8), pixel(8, 8)]).toEqual([blue, red]);
  expect(pixel(8, 2)[1]).toBeGreaterThan(120);
  expect(pixel(8, 2)[1]).toBeLessThan(136);
});

test('polygons close, circles are round and lines are as wide as they say', () => {
  const pixel = paint([
    {
      kind: 'polygon',
      points: [
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 0, y: 10 },
      ],
      fill: '#00f',
    },
    { kind: 'circle', centre: { x: 20, y: 10 }, radius: 5, fill: '#f00' },
    { kind: 'line', from: { x: 30, y: 10 }, to: { x: 40, y: 10 }, stroke: '#00f', lineWidth: 4 },
  ]);
  expect([pixel(2, 2), pixel(8, 8)]).toEqual([blue, white]);
  expect([pixel(20, 10), pixel(23, 10), pixel(24, 14), pixel(15, 5)]).toEqual([red, red, white, white]);
  expect([pixel(35, 7), pixel(35, 8), pixel(35, 11), pixel(35, 12)]).toEqual([white, blue, blue, white]);
});

test('a stroke outlines, and nothing is filled that has no fill', () => {
  const pixel = paint([
    { kind: 'rectangle', corner: { x: 2.5, y: 2.5 }, width: 10, height: 10, stroke: '#00f' },
  ]);
  expect([pixel(2, 7), pixel(12, 7), pixel(7, 7)]).toEqual([blue, blue, white]);
});

test('text stands on its base line, on the side that it is aligned to', () => {
  const inked = (align: 'left' | 'right') => {
    const pixel = paint([{ kind: 'text', text: 'HHH', at: { x: 20, y: 15 }, size: 8, align, fill: '#000' }]);
    const dark = { left: 0, right: 0, below: 0 };
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 40; x++) {
        if (pixel(x, y)[0] > 128) continue;
        if (y >= 15) dark.below++;
        else if (x < 20) dark.left++;
        else dark.right++;
      }
    }
    return dark;
  };
  expect(inked('left')).toMatchObject({ left: 0, below: 0 });
  expect(inked('left').right).toBeGreaterThan(8);
  expect(inked('right')).toMatchObject({ right: 0, below: 0 });
  expect(inked('right').left).toBeGreaterThan(8);
});

test('a scale multiplies the pixels, and the next painting replaces the one before', () => {
  const canvas = new PictureCanvas(40, 20, 2);
  const square = { kind: 'rectangle', corner: { x: 1, y: 1 }, width: 1, height: 1, fill: '#00f' } as const;
  canvas.paint({ width: 40, height: 20, background: '#fff', shapes: [square] });
  expect([canvas.width, canvas.height, canvas.pixels().length]).toEqual([80, 40, 80 * 40 * 4]);
  expect([...canvas.pixels().subarray(4 * (80 * 3 + 3), 4 * (80 * 3 + 4))]).toEqual(blue);
  canvas.paint({ width: 40, height: 20, background: '#f00', shapes: [] });
  expect([...canvas.pixels().subarray(4 * (80 * 3 + 3), 4 * (80 * 3 + 4))]).toEqual(red);
  expect([...canvas.png().subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
});
