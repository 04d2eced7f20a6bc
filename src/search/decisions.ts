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
  /** Name of the earlier decision. */
  readonly decision: string;
  /** Those of its choices with which the decision counts; at least one, each once. */
  readonly values: readonly (number | string)[];
}

/** How many hidden layers there are; where nothing decides it, all that have decisions. */
export interface DepthDecision {
  /** Tells it from others. */
  readonly kind: 'depth';
  /** Numbers of layers: at least one, each once. */
  readonly choices: readonly number[];
}

/** How wide a hidden layer is. */
export interface UnitsDecision {
  /** Tells it from others. */
  readonly kind: 'units';
  /** The hidden layer, from 1. */
  readonly layer: number;
  /** Numbers of units: at least one, each once. */
  readonly choices: readonly number[];
}

/** What is done to the units of a hidden layer. */
export interface ActivationDecision {
  /** Tells it from others. */
  readonly kind: 'activation';
  /** The hidden layer, from 1. */
  readonly layer: number;
  /** At least one, each once. */
  readonly choices: readonly Activation[];
}

/** What makes Q-values of the last hidden layer: plain where nothing decides it. */
export interface HeadDecision {
  /** Tells it from others. */
  readonly kind: 'head';
  /** At least one, each once. */
  readonly choices: readonly Head[];
}

/** A setting of the agent; takes the place of the study's own. */
export interface HyperparameterDecision {
  /** Tells it from others. */
  readonly kind: 'hyperparameter';
  /** Its name. */
  readonly hyperparameter: keyof DqnHyperparameters;
  /** Values of it: at least one, each once. */
  readonly choices: readonly (number | string)[];
}

/** What is decided. */
export type DecisionContent =
  | DepthDecision
  | UnitsDecision
  | ActivationDecision
  | HeadDecision
  | HyperparameterDecision;

/** One decision of a space: what it decides, and its choices. */
export type Decision = DecisionContent & {
  /** Every decision of a space has another one. */
  readonly name: string;
  /** Where it counts: everywhere if absent. */
  readonly condition?: Condition;
};

/** A decision as it is written. */
export type DecisionDefinition = DecisionContent & {
  /** If absent it is what is decided: `units 2`, `activation 2`, `depth`, `head`, or the hyperparameter's name. */
  readonly name?: string | undefined;
  /** Where it counts: everywhere if absent. */
  readonly condition?: ConditionDefinition | undefined;
};

/** What there is to choose from. Frozen data; `resolveSpace` makes it. */
export interface SearchSpace {
  /** For people. */
  readonly name: string;
  /** In the order in which they are made. */
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
  /** For people: 1 to 64 characters. */
  readonly name: string;
  /** In the order in which they are made; a condition names an earlier one. */
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
