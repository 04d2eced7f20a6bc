import { describeKernels } from '../../test/contracts/kernels.ts';
import { listKernels } from './load.ts';

for (const kernels of listKernels()) describeKernels(kernels);
