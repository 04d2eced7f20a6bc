/** An agent's greedy episodes as a video file, or those of several agents side by side. */
import { createEnvironment } from '../environments/registry.ts';
import type { Recording } from '../report/video.ts';
import type { Agent } from './agent.ts';

interface EnvironmentChoice {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface FilmOptions {
  readonly environment: EnvironmentChoice;
  /** Ends in `.mp4` or `.gif`. */
  readonly path: string;
  readonly signal: AbortSignal;
}

export interface FilmedFlight {
  readonly agent: Agent;
  readonly seed: number;
  /** Two short lines to tell it by. */
  readonly title: string;
  readonly detail: string;
}

/** @throws Error when the agent doesn't fit the environment. */
async function createFlyer(agent: Agent, { id, options }: EnvironmentChoice) {
  // Loaded only here: it is not what most commands need.
  const { LanderRenderer } = await import('../environments/rendering/lander-scene.ts');
  const environment = createEnvironment(id, options);
  const act = agent.actor(environment.spec, 1);
  const qValues = agent.qValues(environment.spec);
  const action = new Int32Array(1);
  return {
    environment,
    renderer: new LanderRenderer(),
    act(observation: Float32Array) {
      act(observation, 1, action);
      return { action: action[0], ...(qValues && { values: qValues(observation) }) };
    },
  };
}

/**
 * One agent's episodes, one after another.
 * @param options with a seed per episode.
 * @throws Error when the agent doesn't fit the environment; the signal's reason when it aborts.
 */
export async function filmAgent({
  agent,
  environment,
  ...rest
}: FilmOptions & { readonly agent: Agent; readonly seeds: readonly number[] }): Promise<Recording> {
  // Loaded only here: canvas and encoders take longer to start than most commands run.
  const { recordEpisodes } = await import('../report/video.ts');
  return recordEpisodes({ ...rest, ...(await createFlyer(agent, environment)) });
}

/**
 * Flights all at once, in a grid.
 * @param options with 2 to 9 flights, row by row; `columns` of the grid are what fits best if absent.
 * @throws Error when an agent doesn't fit the environment; the signal's reason when it aborts.
 */
export async function filmSideBySide({
  flights,
  environment,
  ...rest
}: FilmOptions & {
  readonly flights: readonly FilmedFlight[];
  readonly columns?: number;
}): Promise<Recording> {
  const { recordSideBySide } = await import('../report/video-side-by-side.ts');
  const panes = await Promise.all(
    flights.map(async ({ agent, ...labels }) => ({ ...labels, ...(await createFlyer(agent, environment)) })),
  );
  return recordSideBySide({ ...rest, panes });
}
