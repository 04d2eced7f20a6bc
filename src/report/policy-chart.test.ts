import { expect, test } from 'vitest';
import { policy, texts } from '../../test/constructed-charts.ts';
import { renderSvg } from './charts.ts';
import { policyChart } from './policy-chart.ts';

test('a policy has a panel per decision with its choices and probabilities', async () => {
  const all = texts(await renderSvg(policy()));
  expect(all).toEqual(
    expect.arrayContaining([
      'units of layer 1',
      'activation of layer 1',
      '64',
      '256',
      'relu',
      'sigmoid',
      '100%',
    ]),
  );
  expect(all.filter((text) => text === 'iteration')).toHaveLength(2);
});

test('there is no chart of nothing', () => {
  expect(() => policyChart({ study: 'enas', decisions: [], snapshots: [] })).toThrow('0 decisions');
});
