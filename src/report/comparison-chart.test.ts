import { expect, test } from 'vitest';
import { comparison, texts } from '../../test/constructed-charts.ts';
import { renderSvg } from './charts.ts';

test('a comparison says how many searches there are, what the best is, and of bands only where it has some', async () => {
  const many = texts(await renderSvg(comparison()));
  expect(many).toEqual(
    expect.arrayContaining([
      'Searches of lunar-lander-100 on LunarLander-v3',
      'line: mean over 20 searches; bands: its 95 % interval',
      'best of',
      'the space',
      '271.3',
    ]),
  );
  expect(many.filter((text) => ['random', 'evolution'].includes(text))).toEqual(['random', 'evolution']);
  expect(texts(await renderSvg(comparison(1)))).toContain('line: mean over 1 search');
});
