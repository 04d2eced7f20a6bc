/** What settings of a strategy become where a budget of work, not a number of trials, says how far it goes. */
import { planRungs } from '../search/halving.ts';
import type { TrialStrategySettings } from '../search/strategies.ts';

export interface BudgetedTask {
  /** Work of all trials, in multiply-adds. */
  readonly budget: number;
  /** How many samples the space has. */
  readonly spaceSize: number;
  /** Environment steps of a whole training. */
  readonly steps: number;
  /** The work of a training of so many steps, of a mean architecture of the space. */
  readonly meanWork: (steps: number) => number;
}

/** As many architectures for halving as the budget has room for, whichever they are; at least one. */
function countConfigurations(
  { eta, minimumSteps }: { readonly eta: number; readonly minimumSteps: number },
  { budget, spaceSize, steps, meanWork }: BudgetedTask,
): number {
  const known = new Map<number, number>();
  const workOf = (length: number): number => {
    const work = known.get(length) ?? meanWork(length);
    known.set(length, work);
    return work;
  };
  // No training of the first rung is shorter than that.
  const most = Math.ceil(budget / workOf(Math.min(minimumSteps, steps)));
  for (let configurations = Math.min(spaceSize, most); configurations > 1; configurations--) {
    const rungs = planRungs({ configurations, eta, minimumSteps }, steps);
    const work = rungs.reduce((sum, rung) => sum + rung.trials * workOf(rung.steps), 0);
    if (work <= budget) return configurations;
  }
  return 1;
}

/**
 * Settings with as many trials as the budget allows: no end of them where a strategy can go on, as many configurations
 * as there is room for where they are planned ahead. `grid` ends with the space.
 */
export function settingsForBudget(
  settings: TrialStrategySettings,
  task: BudgetedTask,
): TrialStrategySettings {
  switch (settings.name) {
    case 'children':
      return { ...settings, iterations: Number.POSITIVE_INFINITY };
    case 'evolution':
    case 'random':
      return { ...settings, trials: Number.POSITIVE_INFINITY };
    case 'halving':
      return { ...settings, configurations: countConfigurations(settings, task) };
    case 'grid':
      return settings;
    default:
      return settings satisfies never;
  }
}
