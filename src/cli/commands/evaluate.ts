/** `touchdown evaluate`: how good an agent is, on episodes of seeds that anyone can repeat. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { evaluate } from '../../agents/evaluate.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { summariseReturns } from '../../statistics/return-summary.ts';
import { mean } from '../../statistics/sample.ts';
import { describeAgent, environmentOf, loadAgent } from '../agent.ts';
import { withExamples } from '../examples.ts';
import { options, pickEnvironmentOptions } from '../options.ts';
import { formatCount } from '../../report/number-format.ts';
import { describeReturns, formatFacts } from '../summary.ts';

/** Environments in lockstep; results don't depend on it. */
const lanes = 64;

export function createEvaluateCommand(): CommandUnknownOpts {
  const command = new Command('evaluate')
    .description('Play greedy episodes and print mean, spread, 95 % interval and the share of solved ones.')
    .argument('<agent>', 'model file, or "heuristic" for Gymnasium\'s scripted pilot')
    .addOption(options.env().default(undefined, "the model's own, or LunarLander-v3"))
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.episodes(500, 'greedy episodes'))
    .addOption(options.firstSeed())
    .addOption(options.json())
    .action(async (name, values) => {
      const agent = await loadAgent(name);
      const { id, options: settings } = environmentOf(agent, {
        id: values.env,
        options: pickEnvironmentOptions(values),
      });
      const environment = createVectorEnvironment(id, Math.min(lanes, values.episodes), settings);
      const seeds = Array.from({ length: values.episodes }, (_, i) => values.seed + i);
      const start = performance.now();
      const { returns, lengths } = evaluate(
        agent.actor(environment.spec, environment.count),
        environment,
        seeds,
      );
      const seconds = (performance.now() - start) / 1000;
      const summary = summariseReturns(returns, environment.spec.rewardThreshold);
      const steps = lengths.reduce((sum, length) => sum + length, 0);
      if (values.json) {
        console.log(
          JSON.stringify({ agent: name, environment: environment.spec, firstSeed: values.seed, ...summary }),
        );
        return;
      }
      console.log(
        formatFacts([
          ['agent', describeAgent(agent)],
          ['environment', `${id}${Object.keys(settings).length > 0 ? ` ${JSON.stringify(settings)}` : ''}`],
          ['episodes', `${formatCount(summary.count)}, seeds ${seeds[0]} to ${seeds.at(-1)}`],
          ...describeReturns(summary),
          ['steps', `${mean(lengths).toFixed(0)} per episode, ${formatCount(steps / seconds)} per second`],
        ]),
      );
    });
  return withExamples(command, [
    'touchdown evaluate model.safetensors --episodes 500',
    'touchdown evaluate heuristic --enable-wind --json',
  ]);
}
