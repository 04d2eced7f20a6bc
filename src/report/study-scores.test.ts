import { describe, expect, test } from 'vitest';
import { constructStudy } from '../../test/constructed-studies.ts';
import { comparableTrials, groupScores, scoresByName } from './study-scores.ts';

describe('comparable trials', () => {
  test('of a one-shot search are the final scores, before these the samples', () => {
    const configuration = { strategy: { name: 'enas' } } as const;
    const whole = comparableTrials(constructStudy({ configuration, trials: { search: 24, final: 9 } }));
    expect(whole.subject).toBe('9 candidates, scored at the end');
    expect(whole.trials.map(({ phase }) => phase)).toEqual(Array(9).fill('final'));
    const part = comparableTrials(
      constructStudy({ configuration, trials: { search: 24 }, isVerified: false }),
    );
    expect(part.subject).toBe('24 trials with the shared weights');
  });

  test('of successive halving are those of the length that most have', () => {
    const { subject, trials } = comparableTrials(
      constructStudy({
        configuration: { strategy: { name: 'halving' }, trial: { stopWhenSolved: false } },
        trials: { search: 4 },
        budgets: [1000, 1000, 1000, 3000],
      }),
    );
    expect(subject).toBe('3 trials of 1,000 steps');
    expect(trials.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  test('leave out the control and what failed', () => {
    const configuration = { strategy: { name: 'random' } } as const;
    const study = constructStudy({ configuration, trials: { search: 6, control: 6 }, failsEvery: 3 });
    expect(comparableTrials(study).trials.map(({ number }) => number)).toEqual([0, 1, 3, 4]);
  });
});

test('an architecture that was tried several times has the mean of its scores', () => {
  const { trials } = constructStudy({
    configuration: { strategy: { name: 'random' } },
    trials: { search: 2 },
  });
  const [first, second] = trials.filter((trial) => trial.state === 'complete');
  const again = { ...first, score: first.score + 10 };
  expect(scoresByName([first, second, again]).map(({ score }) => score)).toEqual([
    first.score + 5,
    second.score,
  ]);
});

test('scores are grouped by iteration; one of nothing but failures has none', () => {
  const configuration = { strategy: { name: 'children' } } as const;
  const { trials } = constructStudy({ configuration, trials: { search: 5, control: 3 } });
  const failing = trials.map((trial) =>
    trial.number === 2 || trial.number === 3
      ? ({ ...trial, state: 'failed', error: 'diverged', seconds: 1 } as const)
      : trial,
  );
  const groups = groupScores(failing, 2);
  expect(groups.map(({ iteration, scores }) => [iteration, scores.length])).toEqual([
    [1, 2],
    [2, 0],
    [3, 1],
  ]);
});
