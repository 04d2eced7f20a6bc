/** What an agent expects of states: the values of its own Q-network. */
import type { Kernels, NetworkShape } from '../kernels/kernels.ts';

/** Observations that the network sees at once. */
const chunk = 256;

/**
 * Mean over observations of the greatest Q-value: the discounted return that the greedy agent expects from there on.
 * @param parameters of the network, in the flat order of `parameterCount`.
 * @param observations rows × inputs, row by row; at least one row.
 */
export function expectedValue(
  kernels: Kernels,
  shape: NetworkShape,
  parameters: Float32Array,
  observations: Float32Array,
): number {
  const { inputs, outputs } = shape;
  const rows = observations.length / inputs;
  const policy = kernels.createPolicy(shape, chunk);
  policy.writeParameters(parameters);
  const qValues = new Float32Array(chunk * outputs);
  let total = 0;
  for (let row = 0; row < rows; row += chunk) {
    const count = Math.min(chunk, rows - row);
    policy.qValues(observations.subarray(row * inputs, (row + count) * inputs), count, qValues);
    for (let i = 0; i < count; i++) {
      let greatest = qValues[i * outputs];
      for (let k = 1; k < outputs; k++) greatest = Math.max(greatest, qValues[i * outputs + k]);
      total += greatest;
    }
  }
  return total / rows;
}
