import { expect, test } from 'vitest';
import { readTraces } from '../../test/lander-traces.ts';
import { pilotAction, pilotThrust } from './heuristic.ts';

test.each(['heuristic', 'heuristic_wind'] as const)('acts as the pilot of Gymnasium in %s', (name) => {
  for (const { actions, observations } of readTraces(name)) {
    expect(observations.slice(0, -1).map(pilotAction)).toEqual(actions);
  }
});

test('fires as the pilot of Gymnasium does, to within its single precision (absolute error < 2e-6)', () => {
  let worst = 0;
  for (const { actions, observations } of readTraces('cheuristic')) {
    for (const [i, action] of actions.entries()) {
      const thrust = pilotThrust(observations[i]);
      const [main, lateral] = action as readonly number[];
      worst = Math.max(worst, Math.abs(main - thrust[0]), Math.abs(lateral - thrust[1]));
    }
  }
  expect(worst).toBeLessThan(2e-6);
});
