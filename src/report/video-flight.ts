/** One episode in front of a camera: an agent acts, step by step, and every step has its drawing. */
import type { Drawing } from '../environments/rendering/drawing.ts';
import type { Renderer, VisibleEnvironment } from '../environments/rendering/renderer.ts';
import type { FlightOutcome } from './overlay.ts';

/** What an agent decides on an observation. */
export interface ActionChoice {
  readonly action: number | ArrayLike<number>;
  /** The Q-value of every action, where the video should show them. */
  readonly values?: ArrayLike<number>;
}

/** Who flies where, and how it is drawn. */
export interface Flyer<Scene> {
  readonly environment: VisibleEnvironment<Scene>;
  readonly renderer: Renderer<Scene>;
  readonly act: (observation: Float32Array) => ActionChoice;
}

export interface RecordedEpisode {
  readonly seed: number | bigint;
  readonly steps: number;
  /** Undiscounted sum of rewards. */
  readonly episodeReturn: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

export class Flight<Scene> {
  readonly #flyer: Flyer<Scene>;
  readonly #seed: number | bigint;
  #observation: Float32Array;
  #drawing: Drawing;
  #choice: ActionChoice | undefined;
  #steps = 0;
  #episodeReturn = 0;
  #terminated = false;
  #truncated = false;

  /** @param seed of the episode, an integer ≥ 0. */
  constructor(flyer: Flyer<Scene>, seed: number | bigint) {
    const { environment, renderer } = flyer;
    this.#flyer = flyer;
    this.#seed = seed;
    this.#observation = environment.reset({ seed }).observation;
    renderer.begin();
    this.#drawing = renderer.draw(environment.scene());
  }

  /** The last choice; none before the first step. */
  get choice(): ActionChoice | undefined {
    return this.#choice;
  }

  get drawing(): Drawing {
    return this.#drawing;
  }

  get ended(): boolean {
    return this.#terminated || this.#truncated;
  }

  get outcome(): FlightOutcome {
    if (!this.ended) return 'running';
    const threshold = this.#flyer.environment.spec.rewardThreshold ?? Number.NEGATIVE_INFINITY;
    return this.#episodeReturn >= threshold ? 'reached' : 'missed';
  }

  /** The episode so far. */
  get record(): RecordedEpisode {
    return {
      seed: this.#seed,
      steps: this.#steps,
      episodeReturn: this.#episodeReturn,
      terminated: this.#terminated,
      truncated: this.#truncated,
    };
  }

  /** One step; not after the end. It is drawn also where no one looks, since the exhaust moves on in a drawing. */
  advance(): void {
    const { environment, renderer, act } = this.#flyer;
    this.#choice = act(this.#observation);
    const { observation, reward, terminated, truncated } = environment.step(this.#choice.action);
    this.#observation = observation;
    this.#terminated = terminated;
    this.#truncated = truncated;
    this.#episodeReturn += reward;
    this.#steps++;
    this.#drawing = renderer.draw(environment.scene());
  }
}
