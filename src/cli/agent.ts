/** What `evaluate` and `play` put into an environment: a trained model from a file, or the scripted pilot. */
import { countActions } from '../agents/dqn.ts';
import type { BatchActor } from '../agents/evaluate.ts';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { pilotAction } from '../environments/heuristic.ts';
import { loadKernels } from '../kernels/load.ts';
import { formatArchitecture, networkShape } from '../networks/architecture.ts';
import type { Model } from '../networks/model.ts';
import { loadModel } from '../networks/model-file.ts';

export interface Agent {
  /** What people call it: its file, or `heuristic`. */
  readonly name: string;
  readonly model: Model | undefined;
  /** Chooses actions for at most `maxCount` observations at once. @throws Error when the environment doesn't fit. */
  actor(environment: EnvironmentSpec, maxCount: number): BatchActor;
  /** Q-values of one observation; undefined for an agent without a network. */
  qValues(environment: EnvironmentSpec): ((observation: Float32Array) => Float32Array) | undefined;
}

/** The name that stands for Gymnasium's scripted pilot in place of a model file. */
export const heuristicName = 'heuristic';

const heuristic: Agent = {
  name: heuristicName,
  model: undefined,
  actor({ id, observationSpace, actionSpace }) {
    if (!id.startsWith('LunarLander') || actionSpace.kind !== 'discrete') {
      throw new Error(`the heuristic pilot flies LunarLander with discrete actions; not ${id}`);
    }
    const size = observationSpace.low.length;
    return (observations, count, actions) => {
      for (let i = 0; i < count; i++)
        actions[i] = pilotAction(observations.subarray(i * size, (i + 1) * size));
    };
  },
  qValues: () => undefined,
};

/** @param name what people call it. */
export function modelAgent(name: string, model: Model): Agent {
  const { architecture, inputs, outputs, parameters } = model;
  const createPolicy = (environment: EnvironmentSpec, maxCount: number) => {
    const size = environment.observationSpace.low.length;
    const actions = countActions(environment);
    if (size !== inputs || actions !== outputs) {
      throw new Error(
        `model "${name}" has ${inputs} inputs and ${outputs} actions; ${environment.id} expects ${size} and ${actions}`,
      );
    }
    const policy = loadKernels().createPolicy(networkShape(architecture, inputs, outputs), maxCount);
    policy.writeParameters(parameters);
    return policy;
  };
  return {
    name,
    model,
    actor(environment, maxCount) {
      const policy = createPolicy(environment, maxCount);
      return (observations, count, actions) => policy.act(observations, count, actions);
    },
    qValues(environment) {
      const policy = createPolicy(environment, 1);
      const values = new Float32Array(outputs);
      return (observation) => {
        policy.qValues(observation, 1, values);
        return values;
      };
    },
  };
}

/** @param name a model file, or `heuristic`. @throws Error naming a file that can't be read. */
export async function loadAgent(name: string): Promise<Agent> {
  return name === heuristicName ? heuristic : modelAgent(name, await loadModel(name));
}

/** One line about an agent. */
export function describeAgent({ name, model }: Agent): string {
  return model === undefined ? `${name} pilot` : `${formatArchitecture(model.architecture)} from ${name}`;
}

/** Where an agent acts: the environment asked for, or else the one that its model was trained in. */
export function environmentOf(
  agent: Agent,
  asked: { readonly id: string | undefined; readonly options: Readonly<Record<string, unknown>> },
): { readonly id: string; readonly options: Readonly<Record<string, unknown>> } {
  const trained = agent.model?.metadata.environment;
  const id = asked.id ?? trained?.id ?? 'LunarLander-v3';
  const inherited = trained?.id === id ? trained.options : {};
  return { id, options: { ...inherited, ...asked.options } };
}
