/** `touchdown play`: an agent at work, as a video. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { createEnvironment } from '../../environments/registry.ts';
import { LanderRenderer } from '../../environments/rendering/lander-scene.ts';
import { recordEpisodes, videoKind } from '../../report/video.ts';
import { describeAgent, environmentOf, loadAgent } from '../agent.ts';
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
      const { id, options: settings } = environmentOf(agent, {
        id: values.env,
        options: pickEnvironmentOptions(values),
      });
      const environment = createEnvironment(id, settings);
      const act = agent.actor(environment.spec, 1);
      const qValues = agent.qValues(environment.spec);
      await prepareOutput(values.output, values.overwrite ?? false);
      const action = new Int32Array(1);
      const recording = await withInterrupt((signal) =>
        recordEpisodes({
          environment,
          renderer: new LanderRenderer(),
          act(observation) {
            act(observation, 1, action);
            return { action: action[0], ...(qValues ? { values: qValues(observation) } : {}) };
          },
          seeds: Array.from({ length: values.episodes }, (_, i) => values.seed + i),
          path: values.output,
          signal,
        }),
      );
      if (values.json) {
        console.log(JSON.stringify({ agent: name, environment: environment.spec, ...recording }));
        return;
      }
      console.log(
        formatFacts([
          ['agent', describeAgent(agent)],
          ...recording.episodes.map(
            ({ seed, steps, episodeReturn }) =>
              [`seed ${seed}`, `return ${episodeReturn.toFixed(2)} in ${steps} steps`] as const,
          ),
          [
            'video',
            `${displayPath(recording.path)} (${recording.seconds.toFixed(1)} s, ${Math.ceil(recording.bytes / 1024)} KiB)`,
          ],
        ]),
      );
    });
  return command;
}
