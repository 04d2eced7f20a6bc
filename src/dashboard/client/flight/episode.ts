/** One episode: a pilot in an environment, step by step, and what there is to see of it. */
import type { Drawing } from '../../../environments/rendering/drawing.ts';
import { LanderRenderer } from '../../../environments/rendering/lander-scene.ts';
import { LunarLander } from '../../../environments/lunar-lander.ts';
import { lunarLanderIds } from '../../../environments/lunar-lander-options.ts';
import { SingleEnvironment } from '../../../environments/single-environment.ts';
import type { LanderScene } from '../../../environments/rendering/lander-scene.ts';
import type { Backend } from '../../../kernels/backend.ts';
import type { Choice, Pilot } from './pilot.ts';

export interface EnvironmentChoice {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export type Outcome = 'flying' | 'landed' | 'crashed' | 'out of time';

/** Rewards of the steps that end an episode. */
const landedReward = 100;

export const actionNames = new LanderRenderer().actionNames;

/** What a panel beside the picture says. */
export interface EpisodeState {
  readonly step: number;
  /** Undiscounted sum of rewards so far. */
  readonly episodeReturn: number;
  readonly choice: Choice | undefined;
  readonly outcome: Outcome;
}

export class Episode {
  readonly seed: number;
  readonly #environment: SingleEnvironment<LanderScene>;
  readonly #pilot: Pilot;
  readonly #renderer = new LanderRenderer();
  #observation: Float32Array;
  #state: EpisodeState = { step: 0, episodeReturn: 0, choice: undefined, outcome: 'flying' };
  #drawing: Drawing;

  /** @throws RangeError for an environment that can't be flown here. */
  constructor(backend: Backend, { id, options }: EnvironmentChoice, pilot: Pilot, seed: number) {
    const known = lunarLanderIds.find((name) => name === id);
    if (known === undefined) throw new RangeError(`${id} can't be flown here; expected LunarLander`);
    this.seed = seed;
    this.#environment = new SingleEnvironment(
      new LunarLander(known, 1, options, { backend, autoreset: false }),
    );
    this.#pilot = pilot;
    this.#observation = this.#environment.reset({ seed }).observation;
    this.#drawing = this.#renderer.draw(this.#environment.scene());
  }

  get state(): EpisodeState {
    return this.#state;
  }

  /** The picture of the latest step. */
  get drawing(): Drawing {
    return this.#drawing;
  }

  get ended(): boolean {
    return this.#state.outcome !== 'flying';
  }

  /** Nothing once the episode has ended. */
  step(): void {
    if (this.ended) return;
    const choice = this.#pilot(this.#observation);
    const { observation, reward, terminated, truncated } = this.#environment.step(choice.action);
    this.#observation = observation;
    const finish = truncated ? 'out of time' : 'flying';
    const outcome = terminated ? (reward === landedReward ? 'landed' : 'crashed') : finish;
    const { step, episodeReturn } = this.#state;
    this.#state = { step: step + 1, episodeReturn: episodeReturn + reward, choice, outcome };
    this.#drawing = this.#renderer.draw(this.#environment.scene());
  }
}
