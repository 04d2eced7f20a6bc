/**
 * The controller of ENAS (Pham et al. 2018, arXiv 1802.03268, section 2.3 and appendix): an LSTM that emits one
 * decision after another, reading the embedding of the choice before. Logits are bounded as 2.5·tanh(logits / 5),
 * which keeps every choice possible: with five choices none gets more than 97 %.
 *
 * A decision that doesn't count is passed over: nothing is drawn for it, it adds nothing to log-probability and
 * entropy, and the LSTM goes straight on to the next one that counts, reading the last choice that was made.
 *
 * Arithmetic is in double precision and in a fixed order, with the functions of `elementary.ts`: the same bits
 * on every machine.
 */
import type { RandomStream } from '../../random/random-stream.ts';
import { type Condition, counts, type Prefix } from '../decisions.ts';
import { choiceCounts as countChoices, type SearchSpace } from '../space.ts';
import { exp, log, sigmoid, tanh } from './elementary.ts';

export interface ControllerOptions {
  /** Width of embeddings and of the LSTM. */
  readonly hiddenUnits: number;
  /** Logits are divided by it … */
  readonly temperature: number;
  /** … and the hyperbolic tangent of that is multiplied by this. */
  readonly tanhConstant: number;
  /** Weights start uniformly in [−initialRange, initialRange). */
  readonly initialRange: number;
}

/** As in the paper. */
export const controllerDefaults: ControllerOptions = {
  hiddenUnits: 100,
  temperature: 5,
  tanhConstant: 2.5,
  initialRange: 0.1,
};

/** What the LSTM carries from one decision to the next. */
interface Carry {
  readonly hidden: Float64Array;
  readonly cell: Float64Array;
}

/** A choice that was made. */
interface Made {
  readonly decision: number;
  readonly choice: number;
}

/** One decision that counts: everything that its gradient needs. */
interface Step extends Carry {
  readonly decision: number;
  readonly previous: Carry;
  /** Where the step's input (an embedding) begins in the parameters. */
  readonly input: number;
  /** Gates after their nonlinearity, one after another: input, forget, output, candidate. */
  readonly gates: Float64Array;
  readonly tanhCell: Float64Array;
  /** tanh(logits / temperature) */
  readonly squashed: Float64Array;
  readonly probabilities: Float64Array;
  readonly logProbabilities: Float64Array;
}

/** What the policy says of a sample. */
export interface Evaluation {
  /** Natural logarithm of the sample's probability. */
  readonly logProbability: number;
  /** Entropies, in nats, of the decisions along the sample's path, added up. */
  readonly entropy: number;
}

const gateCount = 4;

/** Steps of the LSTM, at most, by which marginals are exact: about a third of a second at the default width. */
const maxExactSteps = 4096;
/** Steps that a sampler remembers. */
const maxKnownSteps = 4096;
/** Samples that they are estimated from otherwise. */
const estimationSamples = 512;

export class Controller {
  readonly choiceCounts: readonly number[];
  readonly options: ControllerOptions;
  /** All weights, flat: start embedding, choice embeddings, LSTM `[4·units][2·units]`, output matrices. */
  readonly parameters: Float64Array;
  readonly #decisions: readonly { readonly condition?: Condition }[];
  /** Samples for estimates are drawn from forks of it. */
  readonly #estimation: RandomStream;
  readonly #embeddings: readonly number[];
  readonly #outputs: readonly number[];
  readonly #recurrent: number;

  /**
   * @param choiceCounts number of choices per decision, each ≥ 1.
   * @param random the weights are drawn from it.
   * @param conditions per decision, where there is one.
   */
  constructor(
    choiceCounts: readonly number[],
    random: RandomStream,
    options: ControllerOptions = controllerDefaults,
    conditions: readonly (Condition | undefined)[] = [],
  ) {
    this.choiceCounts = choiceCounts;
    this.options = options;
    this.#decisions = choiceCounts.map((_, t) => {
      const condition = conditions[t];
      return condition ? { condition } : {};
    });
    this.#estimation = random.fork('marginals');
    const units = options.hiddenUnits;
    let end = units;
    const reserve = (rows: number) => {
      const start = end;
      end += rows * units;
      return start;
    };
    // Nothing follows the last decision, so its choices need no embedding.
    this.#embeddings = choiceCounts.slice(0, -1).map(reserve);
    this.#recurrent = reserve(gateCount * 2 * units);
    this.#outputs = choiceCounts.map(reserve);
    this.parameters = Float64Array.from({ length: end }, () =>
      random.uniform(-options.initialRange, options.initialRange),
    );
  }

  /** Draws a sample: one number of the stream per decision that counts. */
  sample(random: RandomStream): number[] {
    return this.sampler()(random);
  }

  /** Draws what `sample` draws as long as the parameters stay as they are; steps taken before are remembered. */
  sampler(): (random: RandomStream) => number[] {
    const known = new Map<string, Step>();
    return (random) => this.#follow((step) => drawChoice(step, random), known).map((choice) => choice ?? 0);
  }

  /** Log-probability of a sample and entropy along its path. */
  evaluate(sample: readonly number[]): Evaluation {
    return evaluateSteps(this.#unroll(sample), sample);
  }

  /**
   * Adds the gradient of `policyWeight · log π(sample) + entropyWeight · entropy` with respect to the parameters
   * to `gradient`, by backpropagation through time.
   */
  accumulateGradient(
    sample: readonly number[],
    policyWeight: number,
    entropyWeight: number,
    gradient: Float64Array,
  ): Evaluation {
    const steps = this.#unroll(sample);
    const units = this.options.hiddenUnits;
    let hiddenGradient = new Float64Array(units);
    let cellGradient = new Float64Array(units);
    for (let t = steps.length - 1; t >= 0; t--) {
      const choice = sample[steps[t].decision];
      this.#backwardSoftmax(steps[t], choice, policyWeight, entropyWeight, hiddenGradient, gradient);
      const before = this.#backwardCell(steps[t], hiddenGradient, cellGradient, gradient);
      hiddenGradient = before.hidden;
      cellGradient = before.cell;
    }
    return evaluateSteps(steps, sample);
  }

  /**
   * Probability of every choice per decision, given that the decision counts, earlier decisions summed out. Exact
   * where walking every prefix of a sample takes at most 4,096 steps of the LSTM (66 in a space of 5 × 2 × 5 × 2).
   * Otherwise the mean of the conditional probabilities along 512 samples, from the same random numbers every time: for
   * a decision that always counts the standard error is at most 0.023. A decision that no such sample comes to has its
   * probabilities on the likeliest path to it.
   */
  marginals(): number[][] {
    const sums = this.choiceCounts.map((count) => Array.from({ length: count }, () => 0));
    const weights = new Float64Array(sums.length);
    const add = ({ decision, probabilities }: Step, weight: number) => {
      weights[decision] += weight;
      for (const [choice, p] of probabilities.entries()) sums[decision][choice] += weight * p;
    };
    const exact = this.#countSteps([], 0) <= maxExactSteps;
    if (exact) this.#walk([], undefined, this.#start(), 1, add);
    else this.#estimate(add);
    return sums.map((row, decision) => {
      if (exact && !this.#decisions[decision].condition) return row;
      if (weights[decision] > 0) return row.map((sum) => sum / weights[decision]);
      return [...this.#likeliestStep(decision).probabilities];
    });
  }

  /** Visits the steps of some samples. */
  #estimate(visit: (step: Step, weight: number) => void): void {
    const random = this.#estimation.fork('samples');
    for (let i = 0; i < estimationSamples; i++) {
      this.#follow((step) => {
        visit(step, 1);
        return drawChoice(step, random);
      });
    }
  }

  /** Steps that walking on from a prefix takes, added to those so far; stops counting beyond the limit. */
  #countSteps(prefix: Prefix, soFar: number): number {
    const t = prefix.length;
    if (t === this.choiceCounts.length) return soFar;
    if (!counts(this.#decisions[t], prefix)) return this.#countSteps([...prefix, undefined], soFar);
    let steps = soFar + 1;
    for (let choice = 0; choice < this.choiceCounts[t] && steps <= maxExactSteps; choice++) {
      steps = this.#countSteps([...prefix, choice], steps);
    }
    return steps;
  }

  /** Visits the steps after every prefix that goes on from one, with the probability of coming there. */
  #walk(
    prefix: Prefix,
    last: Made | undefined,
    carry: Carry,
    probability: number,
    visit: (step: Step, probability: number) => void,
  ): void {
    const decision = prefix.length;
    if (decision === this.choiceCounts.length) return;
    if (!counts(this.#decisions[decision], prefix)) {
      this.#walk([...prefix, undefined], last, carry, probability, visit);
      return;
    }
    const step = this.#advance(decision, last, carry);
    visit(step, probability);
    for (const [choice, conditional] of step.probabilities.entries()) {
      this.#walk([...prefix, choice], { decision, choice }, step, probability * conditional, visit);
    }
  }

  /** The step of a decision after the likeliest choices of those before it that let it count. */
  #likeliestStep(target: number): Step {
    const allowed = new Map<number, readonly number[]>();
    for (let { condition } = this.#decisions[target]; condition; ) {
      allowed.set(condition.decision, condition.choices);
      ({ condition } = this.#decisions[condition.decision]);
    }
    const steps: Step[] = [];
    this.#follow((step) => {
      steps.push(step);
      const choices = allowed.get(step.decision) ?? [...step.probabilities.keys()];
      return choices.reduce((a, b) => (step.probabilities[b] > step.probabilities[a] ? b : a));
    });
    return steps[steps.findIndex((step) => step.decision === target)];
  }

  #start(): Carry {
    const units = this.options.hiddenUnits;
    return { hidden: new Float64Array(units), cell: new Float64Array(units) };
  }

  /**
   * Goes from decision to decision that counts.
   * @param choose what is chosen at each. @param known steps by the choices before them; gets those that are new.
   */
  #follow(choose: (step: Step) => number, known?: Map<string, Step>): Prefix {
    const prefix: Prefix = [];
    let carry = this.#start();
    let last: Made | undefined;
    for (const [decision, conditional] of this.#decisions.entries()) {
      if (!counts(conditional, prefix)) {
        prefix.push(undefined);
        continue;
      }
      const before = prefix.join();
      const step = known?.get(before) ?? this.#advance(decision, last, carry);
      if (known && known.size < maxKnownSteps) known.set(before, step);
      const choice = choose(step);
      prefix.push(choice);
      last = { decision, choice };
      carry = step;
    }
    return prefix;
  }

  #unroll(sample: readonly number[]): Step[] {
    const steps: Step[] = [];
    this.#follow((step) => {
      steps.push(step);
      return sample[step.decision];
    });
    return steps;
  }

  /** A decision after the last choice that was made (absent for the first one). */
  #advance(decision: number, last: Made | undefined, previous: Carry): Step {
    const { parameters } = this;
    const units = this.options.hiddenUnits;
    const input = last === undefined ? 0 : this.#embeddings[last.decision] + last.choice * units;
    const gates = new Float64Array(gateCount * units);
    for (let row = 0; row < gates.length; row++) {
      const weights = this.#recurrent + row * 2 * units;
      let sum = 0;
      for (let i = 0; i < units; i++) sum += parameters[weights + i] * parameters[input + i];
      for (let i = 0; i < units; i++) sum += parameters[weights + units + i] * previous.hidden[i];
      gates[row] = row < 3 * units ? sigmoid(sum) : tanh(sum);
    }
    const hidden = new Float64Array(units);
    const cell = new Float64Array(units);
    const tanhCell = new Float64Array(units);
    for (let i = 0; i < units; i++) {
      cell[i] = gates[units + i] * previous.cell[i] + gates[i] * gates[3 * units + i];
      tanhCell[i] = tanh(cell[i]);
      hidden[i] = gates[2 * units + i] * tanhCell[i];
    }
    return { decision, previous, input, gates, hidden, cell, tanhCell, ...this.#softmax(decision, hidden) };
  }

  #softmax(
    decision: number,
    hidden: Float64Array,
  ): Pick<Step, 'squashed' | 'probabilities' | 'logProbabilities'> {
    const { hiddenUnits: units, temperature, tanhConstant } = this.options;
    const count = this.choiceCounts[decision];
    const squashed = new Float64Array(count);
    const probabilities = new Float64Array(count);
    const logProbabilities = new Float64Array(count);
    let total = 0;
    for (let k = 0; k < count; k++) {
      const weights = this.#outputs[decision] + k * units;
      let sum = 0;
      for (let i = 0; i < units; i++) sum += this.parameters[weights + i] * hidden[i];
      squashed[k] = tanh(sum / temperature);
      // Logits lie within ±tanhConstant: no overflow, no need to take the largest off.
      probabilities[k] = exp(tanhConstant * squashed[k]);
      total += probabilities[k];
    }
    const logTotal = log(total);
    for (let k = 0; k < count; k++) {
      probabilities[k] /= total;
      logProbabilities[k] = tanhConstant * squashed[k] - logTotal;
    }
    return { squashed, probabilities, logProbabilities };
  }

  /** From a decision's probabilities back to the LSTM's output: adds to both gradients. */
  #backwardSoftmax(
    step: Step,
    choice: number,
    policyWeight: number,
    entropyWeight: number,
    hiddenGradient: Float64Array,
    gradient: Float64Array,
  ): void {
    const { hiddenUnits: units, temperature, tanhConstant } = this.options;
    const { decision, probabilities, logProbabilities, squashed, hidden } = step;
    const entropy = decisionEntropy(step);
    for (const [k, p] of probabilities.entries()) {
      const policyTerm = policyWeight * ((k === choice ? 1 : 0) - p);
      const entropyTerm = -entropyWeight * p * (logProbabilities[k] + entropy);
      const slope = (tanhConstant * (1 - squashed[k] * squashed[k])) / temperature;
      const logitGradient = (policyTerm + entropyTerm) * slope;
      const weights = this.#outputs[decision] + k * units;
      for (let i = 0; i < units; i++) {
        gradient[weights + i] += logitGradient * hidden[i];
        hiddenGradient[i] += logitGradient * this.parameters[weights + i];
      }
    }
  }

  /** Through one step of the LSTM: adds to `gradient`, returns the gradients of what the step was given. */
  #backwardCell(
    step: Step,
    hiddenGradient: Float64Array,
    cellGradient: Float64Array,
    gradient: Float64Array,
  ): { hidden: Float64Array<ArrayBuffer>; cell: Float64Array<ArrayBuffer> } {
    const units = this.options.hiddenUnits;
    const { gates, tanhCell, previous, input } = step;
    const gateGradient = new Float64Array(gates.length);
    const cell = new Float64Array(units);
    for (let i = 0; i < units; i++) {
      const inputGate = gates[i];
      const forgetGate = gates[units + i];
      const outputGate = gates[2 * units + i];
      const candidate = gates[3 * units + i];
      const dCell = cellGradient[i] + hiddenGradient[i] * outputGate * (1 - tanhCell[i] * tanhCell[i]);
      gateGradient[i] = dCell * candidate * inputGate * (1 - inputGate);
      gateGradient[units + i] = dCell * previous.cell[i] * forgetGate * (1 - forgetGate);
      gateGradient[2 * units + i] = hiddenGradient[i] * tanhCell[i] * outputGate * (1 - outputGate);
      gateGradient[3 * units + i] = dCell * inputGate * (1 - candidate * candidate);
      cell[i] = dCell * forgetGate;
    }
    const hidden = new Float64Array(units);
    const { parameters } = this;
    for (let row = 0; row < gateGradient.length; row++) {
      const g = gateGradient[row];
      const weights = this.#recurrent + row * 2 * units;
      for (let i = 0; i < units; i++) {
        gradient[weights + i] += g * parameters[input + i];
        gradient[input + i] += g * parameters[weights + i];
        gradient[weights + units + i] += g * previous.hidden[i];
        hidden[i] += g * parameters[weights + units + i];
      }
    }
    return { hidden, cell };
  }
}

/** One number of the stream. */
function drawChoice({ probabilities }: Step, random: RandomStream): number {
  let rest = random.random();
  let choice = 0;
  while (choice < probabilities.length - 1 && rest >= probabilities[choice]) {
    rest -= probabilities[choice];
    choice += 1;
  }
  return choice;
}

function decisionEntropy({ probabilities, logProbabilities }: Step): number {
  return probabilities.reduce((sum, p, k) => sum - p * logProbabilities[k], 0);
}

function evaluateSteps(steps: readonly Step[], sample: readonly number[]): Evaluation {
  let logProbability = 0;
  let entropy = 0;
  for (const step of steps) {
    logProbability += step.logProbabilities[sample[step.decision]];
    entropy += decisionEntropy(step);
  }
  return { logProbability, entropy };
}

/** A controller for the decisions of a space, with the default settings. @param random its parameters are drawn from it. */
export const createController = (space: SearchSpace, random: RandomStream): Controller =>
  new Controller(
    countChoices(space),
    random,
    controllerDefaults,
    space.decisions.map(({ condition }) => condition),
  );
