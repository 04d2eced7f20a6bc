/** What falls due over a training: the learning rate, updates. */

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

export interface UpdateSchedule {
  /** Environment steps before the first update. */
  readonly learningStarts: number;
  /** Environment steps, counted over all environments, between two trainings. */
  readonly trainFrequency: number;
  /** Updates per training. */
  readonly gradientSteps: number;
}

/** Updates that are due after so many environment steps, in all. */
export function updatesAt(step: number, schedule: UpdateSchedule): number {
  const { learningStarts, trainFrequency, gradientSteps } = schedule;
  return Math.max(0, Math.floor((step - learningStarts) / trainFrequency) * gradientSteps);
}
