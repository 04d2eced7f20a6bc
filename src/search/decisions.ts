/**
 * Search spaces as data: an ordered list of decisions, each with its choices. A decision may depend on an earlier one:
 * layer 3 is there only where the depth is 3 or more. A definition is how a space is written down, with conditions by
 * name and value; `createSpace` makes a space of it.
 */
import type { DqnHyperparameters } from '../agents/dqn.ts';
import type { Activation, Head } from '../kernels/kernels.ts';

/** A decision counts only where the earlier decision counts and has one of these choices. */
export interface Condition {
  /** Index of the earlier decision. */
  readonly decision: number;
  /** Indices of its choices; at least one, each once. */
  readonly choices: readonly number[];
}

/** A condition as it is written: the earlier decision's name, and some of its choices themselves. */
export interface ConditionDefinition {
  readonly decision: string;
  readonly values: readonly (number | string)[];
}

/** How many hidden layers there are; where nothing decides it, all that have decisions. */
interface Depth {
  readonly kind: 'depth';
  readonly choices: readonly number[];
}

interface Units {
  readonly kind: 'units';
  /** The hidden layer, from 1. */
  readonly layer: number;
  readonly choices: readonly number[];
}

interface ActivationOfLayer {
  readonly kind: 'activation';
  readonly layer: number;
  readonly choices: readonly Activation[];
}

/** Plain where nothing decides it. */
interface HeadOfNetwork {
  readonly kind: 'head';
  readonly choices: readonly Head[];
}

/** Of the agent; takes the place of the study's own setting. */
interface Hyperparameter {
  readonly kind: 'hyperparameter';
  readonly hyperparameter: keyof DqnHyperparameters;
  readonly choices: readonly (number | string)[];
}

type Content = Depth | Units | ActivationOfLayer | HeadOfNetwork | Hyperparameter;

/** Every decision of a space has another name. */
export type Decision = Content & { readonly name: string; readonly condition?: Condition };

/** Without a name it has the one of `defaultName`. */
export type DecisionDefinition = Content & {
  readonly name?: string | undefined;
  readonly condition?: ConditionDefinition | undefined;
};

export interface SearchSpace {
  readonly name: string;
  readonly decisions: readonly Decision[];
}

/** The choices of the first decisions of a sample, undefined where a decision doesn't count. */
export type Prefix = (number | undefined)[];

/** Whether a decision counts after these choices of the ones before it. */
export function counts({ condition }: Pick<Decision, 'condition'>, prefix: Readonly<Prefix>): boolean {
  if (!condition) return true;
  const choice = prefix[condition.decision];
  return choice !== undefined && condition.choices.includes(choice);
}

/** A space as it is written down: plain JSON. */
export interface SpaceDefinition {
  readonly name: string;
  readonly decisions: readonly DecisionDefinition[];
}

/** `units 2`, `activation 2`, the hyperparameter's name, `depth`, `head`. */
export function defaultName(decision: DecisionDefinition): string {
  switch (decision.kind) {
    case 'units':
    case 'activation':
      return `${decision.kind} ${decision.layer}`;
    case 'hyperparameter':
      return decision.hyperparameter;
    case 'depth':
    case 'head':
      return decision.kind;
    default:
      return decision satisfies never;
  }
}

/** What the fully connected networks of a space have in common: every layer has the same choices. */
export interface FullyConnected {
  /** Numbers of hidden layers. */
  readonly layers: readonly number[];
  readonly units: readonly number[];
  readonly activations: readonly Activation[];
  /** Only plain ones if absent. */
  readonly heads?: readonly Head[] | undefined;
  readonly hyperparameters?: Readonly<Record<string, readonly (number | string)[]>> | undefined;
}

/**
 * The decisions of such a space: the depth if there is a choice, then units and activation of one layer after another,
 * the head and the hyperparameters if there are any.
 */
export function fullyConnected({
  layers,
  units,
  activations,
  heads,
  hyperparameters = {},
}: FullyConnected): readonly DecisionDefinition[] {
  const decisions: DecisionDefinition[] = [];
  if (layers.length > 1) decisions.push({ kind: 'depth', choices: layers });
  for (let layer = 1; layer <= Math.max(...layers); layer++) {
    const values = layers.filter((depth) => depth >= layer);
    const condition = values.length < layers.length && { condition: { decision: 'depth', values } };
    decisions.push({ kind: 'units', layer, choices: units, ...condition });
    decisions.push({ kind: 'activation', layer, choices: activations, ...condition });
  }
  if (heads) decisions.push({ kind: 'head', choices: heads });
  for (const [name, choices] of Object.entries(hyperparameters)) {
    const hyperparameter = name as keyof DqnHyperparameters;
    decisions.push({ kind: 'hyperparameter', hyperparameter, choices });
  }
  return decisions;
}
