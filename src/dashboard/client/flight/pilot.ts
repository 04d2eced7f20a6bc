/** Who flies: a trained network, Gymnasium's scripted pilot, or the visitor. */
import { pilotAction } from '../../../environments/heuristic.ts';
import type { Backend } from '../../../kernels/backend.ts';
import { compiledKernels } from '../../../kernels/compiled.ts';
import { networkShape } from '../../../networks/architecture.ts';
import { decodeModel, type Model } from '../../../networks/model.ts';

export interface Choice {
  /** 0 to 3. */
  readonly action: number;
  /** What the network expects of every action; undefined for a pilot without one. */
  readonly values: Float32Array | undefined;
}

export type Pilot = (observation: Float32Array) => Choice;

export const scriptedPilot: Pilot = (observation) => ({
  action: pilotAction(observation),
  values: undefined,
});

/** The greedy policy of a model, by the same kernels as everywhere. */
export function networkPilot(backend: Backend, { architecture, inputs, outputs, parameters }: Model): Pilot {
  const policy = compiledKernels(backend).createPolicy(networkShape(architecture, inputs, outputs), 1);
  policy.writeParameters(parameters);
  const actions = new Int32Array(1);
  return (observation) => {
    const values = new Float32Array(outputs);
    policy.act(observation, 1, actions);
    policy.qValues(observation, 1, values);
    return { action: actions[0], values };
  };
}

/** @throws Error when there is no such model, or the file is damaged. */
export async function fetchModel(study: string, file: string): Promise<Model> {
  const answer = await fetch(`/api/studies/${encodeURIComponent(study)}/models/${encodeURIComponent(file)}`);
  if (!answer.ok) throw new Error(`${file}: ${await answer.text()}`);
  return decodeModel(new Uint8Array(await answer.arrayBuffer()));
}
