import { expect, test } from 'vitest';
import type { AblationSummary } from '../study/ablation-summary.ts';
import { formatAblation } from './ablation-table.ts';

const start = { architecture: '8,relu', parameterCount: 1108, seed: 1 };
const summary: AblationSummary = {
  architecture: '8,relu',
  parameterCount: 1108,
  runs: [1, 2, 3].map((round) => ({ ...start, round, state: 'failed', error: 'out of memory' })),
  scores: {
    runs: [200, 210, -50],
    interquartileMean: 120,
    interval: { low: -50, high: 210 },
    standardDeviation: 147.31,
    lowest: -50,
    highest: 210,
  },
  solved: 2,
  stepsToSolve: 123_456,
  secondsToSolve: 83,
};

const cells = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) => line.split('│').map((cell) => cell.trim()));

test('a row says parameters, seeds, scores and what it took to solve', () => {
  const [head, row] = cells(formatAblation([summary], 200));
  const named = Object.fromEntries(head.map((name, i) => [name, row[i]]));
  expect(named).toMatchObject({
    architecture: '8,relu',
    parameters: '1,108',
    seeds: '3 (3 failed)',
    'IQM of runs': '120.0',
    '95 % interval': '-50.0 to 210.0',
    std: '147.3',
    range: '-50.0 to 210.0',
    solved: '2/3',
    'median steps': '123,456',
    'time to solve': '1 min 23 s',
  });
});

test('without a threshold nothing can be solved; without scores their cells are empty', () => {
  const [head, row] = cells(formatAblation([{ ...summary, scores: undefined }], undefined));
  expect(head).not.toContain('solved');
  expect(row.slice(1, -1)).toEqual(['8,relu', '1,108', '3 (3 failed)', '', '', '', '']);
});
