/** How many bytes kernels take: what the compiled ones allocate, without allocating it. */
import { layOut, type WorkspaceSpec } from './backend.ts';
import type { LearnerOptions, NetworkShape, SupernetOptions } from './kernels.ts';
import { layOutNetwork, SupernetLayout } from './layout.ts';
import { learnerSpec, policySpec, supernetSpec } from './records.ts';

/** @throws RangeError when it is more than 4 GiB. */
export const workspaceBytes = (spec: WorkspaceSpec): number => layOut(spec, 0).end;

/** Of `createPolicy`. */
export const policyBytes = (shape: NetworkShape, maxCount: number): number =>
  workspaceBytes(policySpec(shape, layOutNetwork(shape).size, maxCount));

/** Of `createLearner`, its replay arrays among them. */
export const learnerBytes = (options: LearnerOptions, maxCount: number): number =>
  workspaceBytes(learnerSpec(options, layOutNetwork(options.shape).size, maxCount));

/** Of `createSupernet`, its replay arrays among them. */
export const supernetBytes = (options: SupernetOptions, maxCount: number): number =>
  workspaceBytes(supernetSpec(options, new SupernetLayout(options.shape).size, maxCount));
