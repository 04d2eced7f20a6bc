/**
 * The options of all commands, one typed table: a name means the same everywhere. `--help` and
 * docs/command-line.md are generated from it. Names are those of Stable-Baselines3 and Gymnasium where they have
 * one; the defaults of hyperparameters come from their schema.
 */
import { availableParallelism } from 'node:os';
import { Option } from '@commander-js/extra-typings';
import { dqnHyperparametersSchema } from '../agents/dqn.ts';
import { activations } from '../kernels/kernels.ts';
import { spaces } from '../search/space.ts';
import { presetNames } from '../study/configuration.ts';
import { presets } from '../study/presets.ts';
import { numberWhere, positiveNumber, share, wholeNumber } from './parse.ts';

/** Seeds chosen by hand lie below those that trainings draw (src/agents/seeds.ts). */
const maxSeed = 2 ** 32 - 1;

const gravity = numberWhere((value) => value > -12 && value < 0, 'a number between -12 and 0');

const presetHelp = presetNames.map((name) => `${name} (${presets[name].description})`).join('; ');
const spaceNames = spaces.map(({ name }) => name).join(', ');

export const options = {
  env: () => new Option('-e, --env <id>', 'environment to act in').default('LunarLander-v3'),
  enableWind: () => new Option('--enable-wind', 'LunarLander: with wind'),
  gravity: () =>
    new Option('--gravity <g>', 'LunarLander: another gravity, between -12 and 0').argParser(gravity),
  architecture: () =>
    new Option(
      '-a, --architecture <layers>',
      `hidden layers of the Q-network, as "128,relu,128,relu"; activations: ${activations.join(', ')}`,
    ),
  seed: () =>
    new Option('-s, --seed <n>', 'seed of everything random').argParser(wholeNumber(0, maxSeed)).default(0),
  threads: () =>
    new Option(
      '--threads <n>',
      'threads that share the updates of a large network, with the same result (default: the cores, at most 4)',
    ).argParser(wholeNumber(1, 16)),
  workers: (what: string) =>
    new Option('-j, --workers <n>', `${what} that run at once; the result does not depend on it`)
      .argParser(wholeNumber(1, 256))
      .default(availableParallelism()),
  checkpointInterval: () =>
    new Option(
      '--checkpoint-interval <seconds>',
      'between two checkpoints of a training, at least; more where they would take over 1 % of the time (default: 10)',
    ).argParser(numberWhere((value) => value >= 0, 'a number of seconds ≥ 0')),
  tensorboard: (what: string) =>
    new Option(
      '--tensorboard <folder>',
      `also write ${what} as event files of TensorBoard, in a folder of its own there`,
    ),
  firstSeed: () =>
    new Option('-s, --seed <n>', 'seed of the first episode; the next ones count on from it')
      .argParser(wholeNumber(0, maxSeed))
      .default(0),
  totalTimesteps: (steps: number) =>
    new Option('-n, --total-timesteps <n>', 'environment steps of a training, over all environments')
      .argParser(wholeNumber(1))
      .default(steps),
  episodes: (episodes: number, what: string) =>
    new Option('--episodes <n>', what).argParser(wholeNumber(1, 1_000_000)).default(episodes),
  preset: () => new Option('--preset <name>', `what to begin from: ${presetHelp}`).choices(presetNames),
  space: () =>
    new Option(
      '--space <name>',
      `search space: ${spaceNames}, or a .yaml or .json file (docs/search-spaces.md)`,
    ),
  iterations: () =>
    new Option('--iterations <n>', 'enas, children: steps of the controller').argParser(wholeNumber(1)),
  samplesPerIteration: (who: string) =>
    new Option('--samples-per-iteration <n>', `${who}: architectures per step`).argParser(wholeNumber(1)),
  population: () =>
    new Option('--population <n>', 'evolution: latest architectures to choose parents from').argParser(
      wholeNumber(1),
    ),
  configurations: () =>
    new Option('--configurations <n>', 'halving: architectures at first').argParser(wholeNumber(1)),
  eta: () =>
    new Option(
      '--eta <n>',
      'halving: one architecture in so many goes on, trained so many times as long',
    ).argParser(wholeNumber(2)),
  output: (what: string) => new Option('-o, --output <file>', what),
  dashboard: () =>
    new Option('--dashboard', 'show the study in the browser while it runs, at an address that is printed'),
  overwrite: () => new Option('--overwrite', 'replace files that exist'),
  json: () => new Option('--json', 'print the result as JSON instead of text'),
} as const;

/** How a search's finalists are retrained. */
export function verificationOptions(): Option[] {
  const number = (flags: string, what: string) => new Option(flags, what).argParser(wholeNumber(1));
  return [
    number('--finalists <n>', "the search's best architectures, to be retrained from scratch"),
    number('--verification-seeds <n>', 'training seeds per finalist; three and more tell them apart'),
    number('--verification-timesteps <n>', 'environment steps of a retraining'),
    number('--verification-episodes <n>', 'fresh test episodes after every retraining'),
    number(
      '--max-parameters <n>',
      'leave architectures with more parameters out of the retraining; enas trains them less',
    ),
    new Option('--control', 'compare with random search at equal work, retrained likewise'),
    new Option('--no-control', 'without that comparison'),
  ];
}

type HyperparameterName = keyof typeof dqnHyperparametersSchema.shape;

/** The flag and the parser of every hyperparameter; descriptions and defaults are the schema's. */
const hyperparameters = {
  learningRate: ['--learning-rate <rate>', positiveNumber],
  learningRateSchedule: ['--learning-rate-schedule <schedule>', ['constant', 'linear']],
  bufferSize: ['--buffer-size <n>', wholeNumber(1)],
  learningStarts: ['--learning-starts <n>', wholeNumber(0)],
  batchSize: ['--batch-size <n>', wholeNumber(1)],
  tau: ['--tau <share>', share],
  gamma: ['--gamma <discount>', share],
  nSteps: ['--n-steps <n>', wholeNumber(1)],
  trainFrequency: ['--train-freq <n>', wholeNumber(1)],
  gradientSteps: ['--gradient-steps <n>', wholeNumber(1)],
  explorationFraction: ['--exploration-fraction <share>', share],
  explorationInitialEps: ['--exploration-initial-eps <share>', share],
  explorationFinalEps: ['--exploration-final-eps <share>', share],
  loss: ['--loss <loss>', ['squared', 'huber']],
  huberDelta: ['--huber-delta <error>', positiveNumber],
  environments: ['--n-envs <n>', wholeNumber(1)],
} as const satisfies Record<
  HyperparameterName,
  readonly [string, ((text: string) => number) | readonly string[]]
>;

const isHyperparameter = (name: string): name is HyperparameterName => Object.hasOwn(hyperparameters, name);

/** One option per hyperparameter of Double DQN. */
export function hyperparameterOptions(): Option[] {
  const defaults = dqnHyperparametersSchema.parse({});
  return Object.keys(hyperparameters)
    .filter(isHyperparameter)
    .map((name) => {
      const [flags, values] = hyperparameters[name];
      const description = dqnHyperparametersSchema.shape[name].description ?? name;
      const option: Option = new Option(flags, description).default(defaults[name]);
      return typeof values === 'function' ? option.argParser(values) : option.choices(values);
    });
}

/** The hyperparameters among the parsed options of a command. */
export function pickHyperparameters(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(hyperparameters).map(([name, [flags]]) => [
      name,
      values[new Option(flags).attributeName()],
    ]),
  );
}

/** The options of an environment's constructor among the parsed options of a command. */
export function pickEnvironmentOptions(values: {
  enableWind?: true;
  gravity?: number;
}): Record<string, unknown> {
  const { enableWind, gravity: g } = values;
  return { ...(enableWind === undefined ? {} : { enableWind }), ...(g === undefined ? {} : { gravity: g }) };
}
