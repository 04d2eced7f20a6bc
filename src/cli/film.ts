/** An agent's greedy episodes as a video file. */
import { createEnvironment } from '../environments/registry.ts';
import type { Recording } from '../report/video.ts';
import type { Agent } from './agent.ts';

export interface FilmOptions {
  readonly agent: Agent;
  readonly environment: { readonly id: string; readonly options: Readonly<Record<string, unknown>> };
  /** One episode each. */
  readonly seeds: readonly number[];
  /** Ends in `.mp4` or `.gif`. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** @throws Error when the agent doesn't fit the environment; the signal's reason when it aborts. */
export async function filmAgent({
  agent,
  environment: { id, options },
  ...rest
}: FilmOptions): Promise<Recording> {
  // Loaded only here: canvas and encoders take longer to start than most commands run.
  const { recordEpisodes } = await import('../report/video.ts');
  const { LanderRenderer } = await import('../environments/rendering/lander-scene.ts');
  const environment = createEnvironment(id, options);
  const act = agent.actor(environment.spec, 1);
  const qValues = agent.qValues(environment.spec);
  const action = new Int32Array(1);
  return recordEpisodes({
    ...rest,
    environment,
    renderer: new LanderRenderer(),
    act(observation) {
      act(observation, 1, action);
      return { action: action[0], ...(qValues && { values: qValues(observation) }) };
    },
  });
}
