/** `touchdown play`: agents at work, as a video. */
import path from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { EnvironmentSpec } from '../../environments/environment.ts';
import { createEnvironment } from '../../environments/registry.ts';
import type { RecordedEpisode } from '../../report/video-flight.ts';
import { videoKind } from '../../report/video-kind.ts';
import { paneLimits } from '../../report/video-panes.ts';
import { type Agent, describeAgent, environmentOf, loadAgent } from '../agent.ts';
import { withExamples } from '../examples.ts';
import { type FilmedFlight, filmAgent, filmSideBySide, type FilmOptions } from '../film.ts';
import { withInterrupt } from '../interrupt.ts';
import { options, pickEnvironmentOptions } from '../options.ts';
import { displayPath, prepareOutput } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import { formatFacts } from '../summary.ts';

interface PlayValues {
  readonly env?: string;
  readonly enableWind?: true;
  readonly gravity?: number;
  readonly episodes: number;
  readonly seed: number;
  readonly sideBySide?: true;
  readonly video: string;
  readonly overwrite?: true;
  readonly json?: true;
}

/** Names to tell agents apart by: their files' names, with as many folders before them as that takes. */
export function shortNames(names: readonly string[]): string[] {
  const parts = names.map((name) =>
    path
      .resolve(name)
      .replace(/\.safetensors$/, '')
      .split(path.sep),
  );
  const longest = Math.max(...parts.map(({ length }) => length));
  for (let length = 1; ; length++) {
    const short = parts.map((part) => part.slice(-length).join('/'));
    if (new Set(short).size === new Set(names).size || length >= longest) return short;
  }
}

/** Every agent on every seed: a row per seed where agents are compared. */
function arrangeFlights(agents: readonly Agent[], seeds: readonly number[]): readonly FilmedFlight[] {
  const titles = shortNames(agents.map(({ name }) => name));
  return seeds.flatMap((seed) =>
    agents.map((agent, i) => ({ agent, seed, title: titles[i], detail: `seed ${seed}` })),
  );
}

function checkCounts(agents: number, { episodes, sideBySide }: PlayValues): void {
  if (!sideBySide) {
    if (agents > 1) throw new Error(`${agents} agents; expected one, or --side-by-side to film them at once`);
    return;
  }
  const { least, most } = paneLimits;
  const flights = agents * episodes;
  if (flights >= least && flights <= most) return;
  const counted = `${agents} agents × ${episodes} episodes`;
  throw new Error(`--side-by-side: ${flights} flights (${counted}); expected ${least} to ${most}`);
}

/** @returns the recording, and the flights in the order of its episodes. */
async function film(agents: readonly Agent[], values: PlayValues, rest: Omit<FilmOptions, 'signal'>) {
  const seeds = Array.from({ length: values.episodes }, (_, i) => values.seed + i);
  const flights = arrangeFlights(agents, seeds);
  const columns = agents.length > 1 && seeds.length > 1 ? { columns: agents.length } : {};
  const recording = await withInterrupt((signal) =>
    values.sideBySide
      ? filmSideBySide({ ...rest, ...columns, flights, signal })
      : filmAgent({ ...rest, agent: agents[0], seeds, signal }),
  );
  return { recording, flights };
}

type Filmed = Awaited<ReturnType<typeof film>>;

function formatJson(names: readonly string[], environment: EnvironmentSpec, filmed: Filmed): string {
  const { recording, flights } = filmed;
  if (names.length === 1) return JSON.stringify({ agent: names[0], environment, ...recording });
  const episodes = recording.episodes.map((episode, i) => ({ agent: flights[i].agent.name, ...episode }));
  return JSON.stringify({ agents: names, environment, ...recording, episodes });
}

function formatText(agents: readonly Agent[], { recording, flights }: Filmed): string {
  const size = `${recording.seconds.toFixed(1)} s, ${Math.ceil(recording.bytes / 1024)} KiB`;
  const describeEpisode = ({ seed, steps, episodeReturn }: RecordedEpisode, i: number) => {
    const who = agents.length > 1 ? `${flights[i].title}, ` : '';
    return [`${who}seed ${seed}`, `return ${episodeReturn.toFixed(2)} in ${steps} steps`] as const;
  };
  return formatFacts([
    ...agents.map((agent) => ['agent', describeAgent(agent)] as const),
    ...recording.episodes.map(describeEpisode),
    ['video', `${displayPath(recording.path)} (${size})`],
  ]);
}

async function play(names: readonly string[], values: PlayValues): Promise<void> {
  videoKind(values.video);
  checkCounts(names.length, values);
  const agents = await Promise.all(names.map(loadAgent));
  const trained = agents.find(({ model }) => model !== undefined) ?? agents[0];
  const asked = { id: values.env, options: pickEnvironmentOptions(values) };
  const environment = environmentOf(trained, asked);
  const { spec } = createEnvironment(environment.id, environment.options);
  for (const agent of agents) agent.actor(spec, 1);
  await prepareOutput(values.video, values.overwrite ?? false);
  const filmed = await film(agents, values, { environment, path: values.video });
  console.log(values.json ? formatJson(names, spec, filmed) : formatText(agents, filmed));
}

export function createPlayCommand(): CommandUnknownOpts {
  const command = new Command('play')
    .description('Show agents flying: greedy episodes as an MP4 or GIF file.')
    .argument('<agents...>', 'model files, or "heuristic" for Gymnasium\'s scripted pilot')
    .addOption(options.env().default(undefined, "the first model's own, or LunarLander-v3"))
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.episodes(1, 'episodes per agent, one after another').argParser(wholeNumber(1, 100)))
    .option(
      '--side-by-side',
      `all episodes at once, in a grid: ${paneLimits.least} to ${paneLimits.most}, every agent on the same seeds`,
    )
    .addOption(options.firstSeed())
    .option('--video <file>', 'what to make, ending in .mp4 or .gif', 'flight.mp4')
    .addOption(options.overwrite())
    .addOption(options.json());
  return withExamples(
    command.action((names) => play(names, command.opts())),
    [
      'touchdown play model.safetensors --video landing.mp4',
      'touchdown play heuristic --seed 7 --video flight.gif --overwrite',
      'touchdown play model.safetensors --side-by-side --episodes 6',
      'touchdown play model.safetensors heuristic --side-by-side --episodes 3',
    ],
  );
}
