import { expect, test } from 'vitest';
import { choiceScoreChart } from './choice-score-chart.ts';

test('there is no chart of nothing', () => {
  const data = { environment: 'LunarLander-v3', subject: 'no trials' };
  expect(() => choiceScoreChart({ ...data, decisions: [] })).toThrow('0 decisions');
});
