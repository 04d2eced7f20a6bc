/**
 * Not a matter of time: plays episodes here and in Gymnasium with the same seeds, options and actions, and compares
 * every observation, reward and end of an episode bit for bit. Options are drawn anew for every seed; each seed is
 * followed by resets without one.
 */
import { parseArgs } from 'node:util';
import { pilotAction, pilotThrust } from '../src/environments/heuristic.ts';
import { createEnvironment } from '../src/environments/registry.ts';
import { RandomStream } from '../src/random/random-stream.ts';
import { bytesPerStep, type Episode, firstDifference, playEpisode } from './contest/episode.ts';
import { wholeNumber } from './contest/options.ts';
import { Peer, peerHint } from './peers/python.ts';

export const about = "not speed: are LunarLander's episodes those of Gymnasium, bit for bit?";
const usage = 'npm run bench -- fidelity [--seeds 100] [--first-seed 0] [--episodes 3]';

type Action = number | Float32Array;

interface Options {
  readonly continuous: boolean;
  readonly gravity: number;
  readonly enableWind: boolean;
  readonly windPower: number;
  readonly turbulencePower: number;
  readonly maxEpisodeSteps: number;
}

function drawOptions(random: RandomStream): Options {
  const isDefault = random.random() < 0.25;
  return {
    continuous: random.random() < 0.5,
    gravity: isDefault ? -10 : random.uniform(-11.99, -1),
    enableWind: random.random() < 0.5,
    windPower: isDefault ? 15 : random.uniform(0, 20),
    turbulencePower: isDefault ? 1.5 : random.uniform(0, 2),
    maxEpisodeSteps: isDefault ? 1000 : random.integers(50, 1000),
  };
}

/** What the pilot does, or now and then anything. */
function chooseAction(
  observation: Float32Array,
  { continuous }: Options,
  wildness: number,
  random: RandomStream,
): Action {
  const isWild = random.random() < wildness;
  if (!continuous) return isWild ? random.integers(0, 4) : pilotAction(observation);
  const thrust = isWild ? [random.uniform(-1.2, 1.2), random.uniform(-1.2, 1.2)] : pilotThrust(observation);
  return Float32Array.from(thrust);
}

/** An int32 for every discrete action, two float32 for every continuous one. */
const actionBytes = (actions: readonly Action[]) =>
  Buffer.concat(
    actions.map((action) =>
      Buffer.from((typeof action === 'number' ? Int32Array.of(action) : action).buffer),
    ),
  );

/** The question to the peer: Gymnasium's names of the options, the actions of every episode. */
function question(seed: number, options: Options, episodes: readonly Episode<Action>[]) {
  return {
    seed,
    keywords: {
      continuous: options.continuous,
      gravity: options.gravity,
      enable_wind: options.enableWind,
      wind_power: options.windPower,
      turbulence_power: options.turbulencePower,
      max_episode_steps: options.maxEpisodeSteps,
    },
    episodes: episodes.map(({ actions }) => actionBytes(actions).toString('base64')),
  };
}

/** Entry of `npm run bench -- fidelity`. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '100' },
      'first-seed': { type: 'string', default: '0' },
      episodes: { type: 'string', default: '3' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const seeds = wholeNumber(values, 'seeds');
  const first = wholeNumber(values, 'first-seed', 0);
  const episodeCount = wholeNumber(values, 'episodes');
  const peer = Peer.start('gymnasium_episodes.py');
  if (!peer) throw new Error(peerHint("'gymnasium[box2d]==1.3.0'"));
  try {
    console.log(`beside ${JSON.stringify(await peer.ask({ ask: 'versions' }))}`);
    const total = { episodes: 0, steps: 0, landings: 0, windy: 0, continuous: 0, differing: 0 };
    for (let seed = first; seed < first + seeds; seed++) {
      const random = new RandomStream(seed).fork('fidelity');
      const options = drawOptions(random);
      const environment = createEnvironment('LunarLander-v3', { ...options });
      const episodes = Array.from({ length: episodeCount }, (_, i) => {
        const wildness = random.random() ** 2;
        return playEpisode(environment, i === 0 ? seed : undefined, (observation) =>
          chooseAction(observation, options, wildness, random),
        );
      });
      const answers = (await peer.ask(question(seed, options, episodes))) as readonly string[];
      for (const [i, { seen }] of episodes.entries()) {
        const step = firstDifference(seen, Buffer.from(answers[i], 'base64'));
        if (step !== undefined)
          console.log(`seed ${seed}, episode ${i}, step ${step}: ${JSON.stringify(options)}`);
        total.differing += Number(step !== undefined);
        total.episodes += 1;
        total.steps += (seen.length - 8 * 4) / bytesPerStep;
        total.landings += Number(seen.readDoubleLE(seen.length - 10) === 100);
        total.windy += Number(options.enableWind);
        total.continuous += Number(options.continuous);
      }
    }
    console.log(
      `${total.episodes} episodes (${total.windy} windy, ${total.continuous} continuous, ${total.landings} landings), ` +
        `${total.steps} steps: ${total.differing} episodes differ`,
    );
    if (total.differing > 0) process.exitCode = 1;
  } finally {
    peer.stop();
  }
}
