/**
 * The controller of ENAS (Pham et al. 2018, arXiv 1802.03268, section 2.3 and appendix): an LSTM that emits one
 * decision after another, reading the embedding of the choice before. Logits are bounded as 2.5·tanh(logits / 5),
 * which keeps every choice possible: with five choices none gets more than 97 %.
 *
 * Arithmetic is in double precision and in a fixed order, with the functions of `elementary.ts`: the same bits
 * on every machine.
 */
import type { RandomStream } from '../../random/random-stream.ts';
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

/** One decision: everything that its gradient needs. */
interface Step extends Carry {
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

export class Controller {
  readonly choiceCounts: readonly number[];
  readonly options: ControllerOptions;
  /** All weights, flat: start embedding, choice embeddings, LSTM `[4·units][2·units]`, output matrices. */
  readonly parameters: Float64Array;
  readonly #embeddings: readonly number[];
  readonly #outputs: readonly number[];
  readonly #recurrent: number;

  /**
   * @param choiceCounts number of choices per decision, each ≥ 1.
   * @param random the weights are drawn from it.
   */
  constructor(
    choiceCounts: readonly number[],
    random: RandomStream,
    options: ControllerOptions = controllerDefaults,
  ) {
    this.choiceCounts = choiceCounts;
    this.options = options;
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

  /** Draws a sample: one number of the stream per decision. */
  sample(random: RandomStream): number[] {
    const sample: number[] = [];
    let carry = this.#start();
    for (const [t, count] of this.choiceCounts.entries()) {
      const step = this.#advance(t, sample[t - 1], carry);
      let rest = random.random();
      let choice = 0;
      while (choice < count - 1 && rest >= step.probabilities[choice]) {
        rest -= step.probabilities[choice];
        choice += 1;
      }
      sample.push(choice);
      carry = step;
    }
    return sample;
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
      this.#backwardSoftmax(t, steps[t], sample[t], policyWeight, entropyWeight, hiddenGradient, gradient);
      const before = this.#backwardCell(steps[t], hiddenGradient, cellGradient, gradient);
      hiddenGradient = before.hidden;
      cellGradient = before.cell;
    }
    return evaluateSteps(steps, sample);
  }

  /**
   * Probability of every choice per decision over all samples, earlier decisions summed out. Exact: it walks every
   * prefix of a sample, 66 steps of the LSTM in a space of 5 × 2 × 5 × 2.
   */
  marginals(): number[][] {
    const marginals = this.choiceCounts.map((count) => Array.from({ length: count }, () => 0));
    const visit = (t: number, previousChoice: number | undefined, carry: Carry, probability: number) => {
      if (t === this.choiceCounts.length) return;
      const step = this.#advance(t, previousChoice, carry);
      for (const [choice, conditional] of step.probabilities.entries()) {
        marginals[t][choice] += probability * conditional;
        visit(t + 1, choice, step, probability * conditional);
      }
    };
    visit(0, undefined, this.#start(), 1);
    return marginals;
  }

  #start(): Carry {
    const units = this.options.hiddenUnits;
    return { hidden: new Float64Array(units), cell: new Float64Array(units) };
  }

  #unroll(sample: readonly number[]): Step[] {
    const steps: Step[] = [];
    let carry = this.#start();
    for (const t of this.choiceCounts.keys()) {
      const step = this.#advance(t, sample[t - 1], carry);
      steps.push(step);
      carry = step;
    }
    return steps;
  }

  /** Decision `t` after `previousChoice` (absent for the first one). */
  #advance(t: number, previousChoice: number | undefined, previous: Carry): Step {
    const { parameters } = this;
    const units = this.options.hiddenUnits;
    const input = previousChoice === undefined ? 0 : this.#embeddings[t - 1] + previousChoice * units;
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
    return { previous, input, gates, hidden, cell, tanhCell, ...this.#softmax(t, hidden) };
  }

  #softmax(t: number, hidden: Float64Array): Pick<Step, 'squashed' | 'probabilities' | 'logProbabilities'> {
    const { hiddenUnits: units, temperature, tanhConstant } = this.options;
    const count = this.choiceCounts[t];
    const squashed = new Float64Array(count);
    const probabilities = new Float64Array(count);
    const logProbabilities = new Float64Array(count);
    let total = 0;
    for (let k = 0; k < count; k++) {
      const weights = this.#outputs[t] + k * units;
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
    t: number,
    step: Step,
    choice: number,
    policyWeight: number,
    entropyWeight: number,
    hiddenGradient: Float64Array,
    gradient: Float64Array,
  ): void {
    const { hiddenUnits: units, temperature, tanhConstant } = this.options;
    const { probabilities, logProbabilities, squashed, hidden } = step;
    const entropy = decisionEntropy(step);
    for (const [k, p] of probabilities.entries()) {
      const policyTerm = policyWeight * ((k === choice ? 1 : 0) - p);
      const entropyTerm = -entropyWeight * p * (logProbabilities[k] + entropy);
      const slope = (tanhConstant * (1 - squashed[k] * squashed[k])) / temperature;
      const logitGradient = (policyTerm + entropyTerm) * slope;
      const weights = this.#outputs[t] + k * units;
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

function decisionEntropy({ probabilities, logProbabilities }: Step): number {
  return probabilities.reduce((sum, p, k) => sum - p * logProbabilities[k], 0);
}

function evaluateSteps(steps: readonly Step[], sample: readonly number[]): Evaluation {
  let logProbability = 0;
  let entropy = 0;
  for (const [t, step] of steps.entries()) {
    logProbability += step.logProbabilities[sample[t]];
    entropy += decisionEntropy(step);
  }
  return { logProbability, entropy };
}
