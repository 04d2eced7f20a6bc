/**
 * The learning kernels in plain TypeScript: the oracle that the compiled ones must equal bit for bit, slow and
 * obvious. It fixes the arithmetic. All numbers are floats; `fma32` and `Math.fround` mark every rounding.
 *
 * - Forward: an output starts at its bias and adds weight · input for the inputs in index order.
 * - Input gradient: starts at 0 and adds weight · gradient for the outputs in index order.
 * - Weight gradient: starts at 0 and adds gradient · input for the transitions in batch order; a bias is the
 *   weight of a constant input 1.
 * - The loss adds up in batch order, in double precision.
 * - The gradient's norm, where it is clipped: squaredNorm in reference-network.ts.
 *
 * No sum is ever split, so a machine of any vector width can follow: it computes several sums at once.
 *
 * Sources: Double DQN (van Hasselt et al. 2016, eq. 4), Adam (Kingma & Ba 2015, algorithm 1 in PyTorch's form).
 */
import type { Kernels } from './kernels.ts';
import { ReferenceLearner, ReferencePolicy } from './reference-learner.ts';
import { ReferenceSupernet } from './reference-supernet.ts';

export const referenceKernels: Kernels = {
  target: 'reference',
  createPolicy: (shape, maxCount) => new ReferencePolicy(shape, maxCount),
  createLearner: (options, maxCount) => new ReferenceLearner(options, maxCount),
  createSupernet: (options, maxCount) => new ReferenceSupernet(options, maxCount),
};
