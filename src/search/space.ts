/** Search spaces as data: an ordered list of decisions, each with its choices; a sample is one choice per decision. */
import { type Activation } from '../kernels/kernels.ts';

export interface UnitsDecision {
  readonly kind: 'units';
  readonly name: string;
  readonly choices: readonly number[];
}

export interface ActivationDecision {
  readonly kind: 'activation';
  readonly name: string;
  readonly choices: readonly Activation[];
}

export type Decision = UnitsDecision | ActivationDecision;

/** Decisions come in pairs: units and activation of hidden layer 1, of layer 2, … */
export interface SearchSpace {
  readonly name: string;
  readonly decisions: readonly Decision[];
}

/** The index of the chosen choice, one per decision. */
export type Sample = readonly number[];
