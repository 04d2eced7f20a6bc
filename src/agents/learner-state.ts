/** The parts of a learner, copied out and put back. */
import { type Learner, type LearnerPart, learnerParts, parameterCount } from '../kernels/kernels.ts';

/** Copies of all parts, each in the flat order of `parameterCount`. */
export type LearnerState = Readonly<Record<LearnerPart, Float32Array>>;

/** A copy of one part. */
export function readPart(learner: Learner, part: LearnerPart): Float32Array {
  const values = new Float32Array(parameterCount(learner.shape));
  learner.read(part, values);
  return values;
}

export const readLearner = (learner: Learner): LearnerState => ({
  parameters: readPart(learner, 'parameters'),
  target: readPart(learner, 'target'),
  firstMoment: readPart(learner, 'firstMoment'),
  secondMoment: readPart(learner, 'secondMoment'),
});

export function writeLearner(learner: Learner, state: LearnerState): void {
  for (const part of learnerParts) learner.write(part, state[part]);
}
