/** `touchdown play`: an agent at work, as a video. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { createEnvironment } from '../../environments/registry.ts';
import { videoKind } from '../../report/video-kind.ts';
import { describeAgent, environmentOf, loadAgent } from '../agent.ts';
import { withExamples } from '../examples.ts';
import { filmAgent } from '../film.ts';
import { withInterrupt } from '../interrupt.ts';
import { options, pickEnvironmentOptions } from '../options.ts';
import { displayPath, prepareOutput } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import { formatFacts } from '../summary.ts';

export function createPlayCommand(): CommandUnknownOpts {
  const command = new Command('play')
    .description('Show an agent flying: greedy episodes as an MP4 or GIF file.')
    .argument('<agent>', 'model file, or "heuristic" for Gymnasium\'s scripted pilot')
    .addOption(options.env().default(undefined, "the model's own, or LunarLander-v3"))
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.episodes(1, 'episodes, one after another').argParser(wholeNumber(1, 100)))
    .addOption(options.firstSeed())
    .addOption(options.output('video file, ending in .mp4 or .gif').default('flight.mp4'))
    .addOption(options.overwrite())
    .addOption(options.json())
    .action(async (name, values) => {
      videoKind(values.output);
      const agent = await loadAgent(name);
      const asked = { id: values.env, options: pickEnvironmentOptions(values) };
      const environment = environmentOf(agent, asked);
      const { spec } = createEnvironment(environment.id, environment.options);
      agent.actor(spec, 1);
      await prepareOutput(values.output, values.overwrite ?? false);
      const seeds = Array.from({ length: values.episodes }, (_, i) => values.seed + i);
      const recording = await withInterrupt((signal) =>
        filmAgent({ agent, environment, seeds, path: values.output, signal }),
      );
      if (values.json) {
        console.log(JSON.stringify({ agent: name, environment: spec, ...recording }));
        return;
      }
      const size = `${recording.seconds.toFixed(1)} s, ${Math.ceil(recording.bytes / 1024)} KiB`;
      console.log(
        formatFacts([
          ['agent', describeAgent(agent)],
          ...recording.episodes.map(
            ({ seed, steps, episodeReturn }) =>
              [`seed ${seed}`, `return ${episodeReturn.toFixed(2)} in ${steps} steps`] as const,
          ),
          ['video', `${displayPath(recording.path)} (${size})`],
        ]),
      );
    });
  return withExamples(command, [
    'touchdown play model.safetensors --output landing.mp4',
    'touchdown play heuristic --seed 7 --output flight.gif --overwrite',
  ]);
}
