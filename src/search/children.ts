/**
 * ENAS with children that are trained one by one: the controller samples a few architectures per iteration, each
 * trains until it solves the task, starting from the layers that earlier children left, and REINFORCE moves the
 * controller towards those with a high validation score. docs/algorithms/children.md has the protocol, its source
 * and where this differs from it.
 */
import { type NetworkShape, parameterCount } from '../kernels/kernels.ts';
import { networkShape } from '../networks/architecture.ts';
import type { RandomStream } from '../random/random-stream.ts';
import { type Controller, createController } from './enas/controller.ts';
import { Reinforce, type ReinforceOptions } from './enas/reinforce.ts';
import { SharedLayers } from './shared-layers.ts';
import { decodeSample, type Sample, type SearchSpace } from './space.ts';
import type { Outcome, Proposal, Strategy } from './strategy.ts';
import { TrialOrder } from './trial-order.ts';

export interface ChildrenSettings extends ReinforceOptions {
  /** Steps of the controller, ≥ 1. */
  readonly iterations: number;
  /** Architectures sampled, trained and learnt from per iteration, ≥ 1. */
  readonly samplesPerIteration: number;
}

/** What a strategy has to know of the environment that the Q-networks are for. */
export interface Task {
  /** Numbers per observation. */
  readonly inputs: number;
  /** Actions. */
  readonly outputs: number;
  /** Average return at which the task counts as solved, if it has one. */
  readonly rewardThreshold: number | undefined;
}

/** Validation scores are divided by it; it is the reference's, whose scores lie between 200 and 300. */
const scorePerReward = 30;
const unsolvedReward = 1e-5;

/** score / 30 for a child that solved the task, 1e-5 for one that did not, and never less. */
export function childReward({ solved, score }: Pick<Outcome, 'solved' | 'score'>): number {
  return solved ? Math.max(unsolvedReward, score / scorePerReward) : unsolvedReward;
}

/** A child that was proposed. */
interface Child {
  readonly sample: Sample;
  readonly shape: NetworkShape;
}

export class ChildrenSearch implements Strategy {
  readonly name = 'children';
  readonly trialCount: number;
  readonly iterationSize: number;
  readonly #space: SearchSpace;
  readonly #task: Task;
  readonly #controller: Controller;
  readonly #reinforce: Reinforce;
  readonly #draws: RandomStream;
  readonly #shared = new SharedLayers();
  readonly #order = new TrialOrder();
  /** This iteration's children, and the outcomes told of them. */
  #children: Child[] = [];
  #outcomes: Outcome[] = [];

  /**
   * @throws RangeError for a task without a positive reward threshold: by the rule of rewards no child could earn
   * anything.
   */
  constructor(space: SearchSpace, settings: ChildrenSettings, task: Task, random: RandomStream) {
    if (!(task.rewardThreshold !== undefined && task.rewardThreshold > 0)) {
      throw new RangeError(
        `strategy children on a task with reward threshold ${task.rewardThreshold ?? 'none'}; expected one above 0 (strategy random has no such need)`,
      );
    }
    this.trialCount = settings.iterations * settings.samplesPerIteration;
    this.iterationSize = settings.samplesPerIteration;
    this.#space = space;
    this.#task = task;
    this.#controller = createController(space, random.fork('controller'));
    this.#reinforce = new Reinforce(this.#controller, settings);
    this.#draws = random.fork('samples');
  }

  ask(number: number): Proposal | 'wait' | 'done' {
    if (number >= this.trialCount) return 'done';
    this.#order.checkAsk(number);
    if (this.#children.length === this.iterationSize) return 'wait';
    this.#order.countAsk();
    const sample = this.#controller.sample(this.#draws);
    const { inputs, outputs } = this.#task;
    const shape = networkShape(decodeSample(this.#space, sample), inputs, outputs);
    this.#children.push({ sample, shape });
    return { sample, initialLayers: this.#shared.match(shape) };
  }

  tell(number: number, outcome: Outcome): void {
    this.#order.countTell(number);
    const { parameters } = outcome;
    const expected = parameterCount(this.#children[this.#outcomes.length].shape);
    if (parameters && parameters.length !== expected) {
      throw new RangeError(`trial ${number} has ${parameters.length} parameters; expected ${expected}`);
    }
    this.#outcomes.push(outcome);
    if (this.#outcomes.length === this.iterationSize) this.#finishIteration();
  }

  /** Exact in small spaces, before the first iteration too: see `Controller.marginals`. */
  policy(): readonly (readonly number[])[] {
    return this.#controller.marginals();
  }

  #finishIteration(): void {
    this.#reinforce.update(
      this.#children.map((child) => child.sample),
      this.#outcomes.map(childReward),
    );
    for (const [i, { shape }] of this.#children.entries()) {
      const { parameters, score } = this.#outcomes[i];
      if (parameters) this.#shared.merge(shape, parameters, score);
    }
    this.#children = [];
    this.#outcomes = [];
  }
}
