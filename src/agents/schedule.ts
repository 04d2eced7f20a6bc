/** The learning rate over a training. */

export interface LearningRateSchedule {
  /** The rate at the first step. */
  readonly learningRate: number;
  /** `linear`: falls to 0 at the last step. */
  readonly learningRateSchedule: 'constant' | 'linear';
}

/** The learning rate after `step` of `totalSteps` environment steps; 0 from the last one on where it falls. */
export function learningRateAt(step: number, totalSteps: number, schedule: LearningRateSchedule): number {
  switch (schedule.learningRateSchedule) {
    case 'constant':
      return schedule.learningRate;
    case 'linear':
      return schedule.learningRate * Math.max(0, 1 - step / totalSteps);
    default:
      return schedule.learningRateSchedule satisfies never;
  }
}
