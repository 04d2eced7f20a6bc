import { expect, test } from 'vitest';
import { profiles } from '../../test/constructed-charts.ts';
import { performanceProfileChart } from './performance-profile-chart.ts';

test('a performance profile counts the episodes above every return', () => {
  const { layer } = profiles() as unknown as {
    layer: readonly { data: { values: readonly { name: string; tau: number; share: number }[] } }[];
  };
  const rows = layer[layer.length - 1].data.values;
  for (const [p, name] of ['256,relu', '64,relu'].entries()) {
    const line = rows.filter((row) => row.name === name);
    expect(line[0].share).toBe(1);
    expect(line[line.length - 1].share).toBe(0);
    for (const { tau, share } of line) {
      const count = Array.from({ length: 100 }, (_, i) => 280 - 60 * p - (i * i) / 25).filter((x) => x > tau);
      expect(share).toBe(count.length / 100);
    }
  }
});

test('there is no chart of nothing', () => {
  const environment = 'LunarLander-v3';
  expect(() => performanceProfileChart({ environment, profiles: [], threshold: 200 })).toThrow('0 names');
  const empty = [{ name: 'empty', returns: [] }];
  expect(() => performanceProfileChart({ environment, profiles: empty, threshold: 200 })).toThrow(
    'no values',
  );
});

test('two lines of one name are refused', () => {
  const data = { environment: 'LunarLander-v3', threshold: undefined };
  const twice = '"64,relu" is there twice; expected every name once';
  const profile = { name: '64,relu', returns: [1] };
  expect(() => performanceProfileChart({ ...data, profiles: [profile, profile] })).toThrow(twice);
});
