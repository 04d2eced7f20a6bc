/**
 * Agents at work, in this very page: physics and network are the compiled kernels, so that an episode is the same to the
 * last bit as on the command line. The visitor chooses agent, seed and wind, or flies beside the agent.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { messageOf } from '../../../errors/message-of.ts';
import type { Backend } from '../../../kernels/backend.ts';
import { formatScore } from '../format.ts';
import { type Agent, scriptedAgent } from './agents.ts';
import { useClock } from './clock.ts';
import { type EnvironmentChoice, Episode } from './episode.ts';
import { bestAgent, FlightControls, type FlightSettings } from './flight-controls.tsx';
import { Controls, type Engine } from './keys.ts';
import { loadBackend } from './kernels.ts';
import { LanderView } from './lander-view.tsx';
import { fetchModel, networkPilot, type Pilot, scriptedPilot } from './pilot.ts';

export interface FlightProps {
  readonly study: string;
  /** The best first. */
  readonly agents: readonly Agent[];
  readonly environment: EnvironmentChoice;
  readonly threshold: number | undefined;
  /** The model file to begin with; the best one where there is none. */
  readonly file?: string | undefined;
}

/** Steps that the last picture of an episode stays. */
const restSteps = 90;

const engineLabels: readonly (readonly [Engine, string])[] = [
  ['left', '◀ left'],
  ['main', '▲ main'],
  ['right', 'right ▶'],
];

/** Who flies, ready to. */
interface Crew {
  readonly backend: Backend;
  readonly agent: Agent;
  readonly pilot: Pilot;
}

interface Game {
  readonly agent: Episode;
  /** The visitor's, on the same seed. */
  readonly visitor: Episode | undefined;
}

/** Loads the kernels and the agent's model. The agent before stays until then. */
function useCrew(study: string, agent: Agent): { crew: Crew | undefined; error: string | undefined } {
  const [loaded, setLoaded] = useState<{ crew: Crew | undefined; error: string | undefined }>({
    crew: undefined,
    error: undefined,
  });
  const { file } = agent;
  useEffect(() => {
    let current = true;
    const load = async () => {
      const backend = await loadBackend();
      const pilot = file === undefined ? scriptedPilot : networkPilot(backend, await fetchModel(study, file));
      if (current) setLoaded({ crew: { backend, agent, pilot }, error: undefined });
    };
    load().catch((error: unknown) => {
      if (current) setLoaded({ crew: undefined, error: messageOf(error) });
    });
    return () => {
      current = false;
    };
  }, [study, file]);
  return loaded;
}

function describeRace({ agent, visitor }: Game): string | undefined {
  if (visitor === undefined || !agent.ended || !visitor.ended) return undefined;
  const [mine, other] = [visitor.state.episodeReturn, agent.state.episodeReturn];
  const scores = `${formatScore(mine)} against ${formatScore(other)}`;
  return mine > other ? `You win, ${scores}.` : `The agent wins: ${scores} for you.`;
}

export function Flight({ study, agents, environment, threshold, file: initial }: FlightProps) {
  const [settings, setSettings] = useState<FlightSettings>(() => ({
    file: initial ?? bestAgent,
    seed: 0,
    chosen: false,
    wind: environment.options['enableWind'] === true,
    speed: 1,
    running: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    racing: false,
  }));
  const change = (part: Partial<FlightSettings>) => setSettings((before) => ({ ...before, ...part }));
  const { file, seed, chosen, wind, speed, running, racing } = settings;
  const agent =
    (file === bestAgent ? agents[0] : agents.find((candidate) => candidate.file === file)) ?? scriptedAgent;
  const { crew, error } = useCrew(study, agent);
  const [attempt, setAttempt] = useState(0);
  const restart = () => setAttempt((count) => count + 1);
  const controls = useMemo(() => new Controls(), []);
  const options = JSON.stringify({ ...environment.options, enableWind: wind });
  const game = useMemo((): Game | undefined => {
    if (crew === undefined) return undefined;
    const place = { id: environment.id, options: JSON.parse(options) as Record<string, unknown> };
    const begin = (pilot: Pilot) => new Episode(crew.backend, place, pilot, seed);
    return { agent: begin(crew.pilot), visitor: racing ? begin(controls.pilot) : undefined };
  }, [crew, environment.id, options, seed, racing, attempt]);
  // The clock of a race stands until the first key.
  const [begun, setBegun] = useState<Game | undefined>(undefined);
  const waiting = racing && begun !== game;
  useEffect(() => (racing ? controls.listen(() => setBegun(game)) : undefined), [racing, game]);
  const [, setFrame] = useState(0);
  const rest = useRef({ game, steps: restSteps });
  if (rest.current.game !== game) rest.current = { game, steps: restSteps };
  const clock = useClock(running && !waiting && game !== undefined, racing ? 1 : speed, (steps) => {
    if (game === undefined || waiting) return;
    for (let i = 0; i < steps; i++) {
      game.agent.step();
      game.visitor?.step();
      if (game.agent.ended && !racing) rest.current.steps -= 1 / speed;
    }
    setFrame((frame) => frame + 1);
    if (rest.current.steps > 0) return;
    if (chosen) restart();
    else change({ seed: seed + 1 });
  });
  const result = game && describeRace(game);
  return (
    <div class="flight" ref={clock}>
      {error !== undefined && <p class="problem">{error}</p>}
      <div class={racing ? 'landers two' : 'landers'}>
        {game?.visitor && (
          <LanderView title="You" episode={game.visitor} state={game.visitor.state} threshold={threshold} />
        )}
        {game && (
          <LanderView
            title={crew?.agent.title ?? ''}
            episode={game.agent}
            state={game.agent.state}
            threshold={threshold}
          />
        )}
        {game === undefined && <div class="lander empty">Loading the kernels …</div>}
      </div>
      {racing && (
        <div class="engines">
          <p aria-live="polite">
            {result ??
              (waiting
                ? 'Press an arrow key or a button to begin: ← ↑ → fire the engines.'
                : '← ↑ → fire the engines.')}
          </p>
          {engineLabels.map(([engine, label]) => (
            <button
              key={engine}
              type="button"
              onPointerDown={() => controls.hold(engine)}
              onPointerUp={() => controls.release(engine)}
              onPointerLeave={() => controls.release(engine)}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      <FlightControls agents={agents} settings={settings} onChange={change} onRestart={restart} />
    </div>
  );
}
