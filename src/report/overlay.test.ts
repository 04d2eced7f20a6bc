import { expect, test } from 'vitest';
import type { Drawing, Shape } from '../environments/rendering/drawing.ts';
import { type OverlayState, paneStrip, withOverlay } from './overlay.ts';

const scene: Shape = { kind: 'circle', centre: { x: 300, y: 200 }, radius: 5, fill: '#fff' };
const drawing: Drawing = { width: 600, height: 400, background: '#000', shapes: [scene] };
const state: OverlayState = {
  episode: 2,
  step: 117,
  episodeReturn: -12.34,
  action: 'main engine',
  values: undefined,
  outcome: 'running',
};

const textsOf = (overlaid: Drawing) => overlaid.shapes.filter((shape) => shape.kind === 'text');
const words = (overlaid: Drawing) => textsOf(overlaid).map(({ text }) => text);

test('the panel says episode, step, return and action, over an unchanged scene', () => {
  const overlaid = withOverlay(drawing, state);
  expect(words(overlaid)).toEqual([
    'episode',
    '2',
    'step',
    '117',
    'return',
    '−12.3',
    'action',
    'main engine',
  ]);
  expect(overlaid.shapes[0]).toBe(scene);
  expect(drawing.shapes).toEqual([scene]);
});

test('before the first step there is no action', () => {
  expect(words(withOverlay(drawing, { ...state, action: undefined })).at(-1)).toBe('–');
});

test('Q-values have a panel of their own at the right, with the chosen action in bold', () => {
  const values = [
    { name: 'coast', value: 40.06, chosen: false },
    { name: 'main engine', value: -3.14, chosen: true },
  ];
  const overlaid = withOverlay(drawing, { ...state, values });
  const right = textsOf(overlaid).filter(({ at }) => at.x > 300);
  expect(right.map(({ text }) => text)).toEqual(['Q-values', '', 'coast', '+40.1', 'main engine', '−3.1']);
  expect(right.filter(({ bold }) => bold === true).map(({ text }) => text)).toEqual(['main engine', '−3.1']);
});

test('panels stay inside the picture and keep clear of its middle, where the action is', () => {
  const values = Array.from({ length: 4 }, (_, i) => ({ name: `action ${i}`, value: 1e4, chosen: i === 0 }));
  const panels = withOverlay(drawing, { ...state, values }).shapes.filter(({ kind }) => kind === 'rectangle');
  expect(panels).toHaveLength(2);
  for (const panel of panels) {
    expect(panel).toMatchObject({ kind: 'rectangle', corner: { y: 10 } });
    const { corner, width, height } = panel as Extract<Shape, { kind: 'rectangle' }>;
    expect(corner.x).toBeGreaterThanOrEqual(10);
    expect(corner.x + width).toBeLessThanOrEqual(590);
    expect(corner.x > 420 || corner.x + width < 180).toBe(true);
    expect(corner.y + height).toBeLessThan(120);
  }
});

test("the return's colour tells how an episode ended", () => {
  const colours = (['running', 'reached', 'missed'] as const).map(
    (outcome) => textsOf(withOverlay(drawing, { ...state, outcome }))[5].fill,
  );
  expect(new Set(colours).size).toBe(3);
});

test('the strip above a pane has title and return over detail and step', () => {
  const strip = paneStrip(300, { ...state, title: 'winner', detail: 'seed 3' });
  expect([strip.width, strip.height]).toEqual([300, 36]);
  expect(words(strip)).toEqual(['winner', '−12.3', 'seed 3', 'step 117']);
  for (const { at, align } of textsOf(strip)) expect(at.x).toBe(align === 'left' ? 10 : 290);
  const ended = paneStrip(300, { ...state, title: 'winner', detail: 'seed 3', outcome: 'reached' });
  expect(words(ended).at(-1)).toBe('ended at step 117');
});

test('a title too long for its strip keeps its end, short of the return', () => {
  const title = 'studies/quick-1/models/a-very-long-name-of-a-model';
  const [shown] = words(paneStrip(300, { ...state, title, detail: '' }));
  expect(shown).toMatch(/^…/);
  expect(title.endsWith(shown.slice(1))).toBe(true);
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.length).toBeLessThan(30);
  expect(words(paneStrip(600, { ...state, title, detail: '' }))[0]).toBe(title);
});
