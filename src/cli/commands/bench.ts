/** `touchdown bench`: how fast this machine trains and plays, by size of the network; a few seconds. */
import { cpus } from 'node:os';
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import Table from 'cli-table3';
import { countActions, parseDqnHyperparameters } from '../../agents/dqn.ts';
import { evaluationLanes } from '../../agents/evaluate.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { measureSpeed } from '../../execution/training-speed.ts';
import { loadKernels } from '../../kernels/load.ts';
import { countParameters, formatArchitecture, parseArchitecture } from '../../networks/architecture.ts';
import { withExamples } from '../examples.ts';
import { hyperparameterOptions, options, pickEnvironmentOptions, pickHyperparameters } from '../options.ts';
import { formatCount } from '../../report/number-format.ts';
import { versions } from '../../library/version.ts';

const usualSizes = [
  '8,relu,16,relu',
  '64,relu,64,relu',
  '128,relu,128,relu',
  '256,relu,256,relu',
  '1024,relu,1024,relu',
];

interface BenchValues {
  readonly env: string;
  readonly enableWind?: true;
  readonly gravity?: number;
  readonly json?: true;
}

/** One thread's environment steps per second. */
interface Measured {
  readonly architecture: string;
  readonly parameters: number;
  /** Acting, stepping and the updates that fall due. */
  readonly training: number;
  /** Greedy episodes, many at once. */
  readonly playing: number;
}

function measure(architectures: readonly string[], values: BenchValues): readonly Measured[] {
  const environment = createVectorEnvironment(values.env, 1, pickEnvironmentOptions(values));
  const hyperparameters = parseDqnHyperparameters(pickHyperparameters({ ...values }));
  const parsed = architectures.map(parseArchitecture);
  return parsed.map((one) => {
    const architecture = formatArchitecture(one);
    const { spec, observationSize } = environment;
    const speed = measureSpeed(loadKernels(), spec, architecture, hyperparameters, evaluationLanes);
    return {
      architecture,
      parameters: countParameters(one, observationSize, countActions(spec)),
      training: 1 / speed.training,
      playing: 1 / speed.playing,
    };
  });
}

function bench(architectures: readonly string[], values: BenchValues): void {
  const measured = measure(architectures, values);
  const { touchdown, node, kernels } = versions();
  const machine = cpus().at(0)?.model ?? 'unknown processor';
  if (values.json) {
    console.log(JSON.stringify({ touchdown, node, kernels, machine, environment: values.env, measured }));
    return;
  }
  const table = new Table({
    head: ['architecture', 'parameters', 'training, steps/s', 'playing, steps/s'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right'],
  });
  for (const { architecture, parameters, training, playing } of measured) {
    table.push([architecture, formatCount(parameters), formatCount(training), formatCount(playing)]);
  }
  console.log(
    `${values.env} on one thread of ${machine}; kernels ${kernels}, Node ${node}\n${table.toString()}`,
  );
}

export function createBenchCommand(): CommandUnknownOpts {
  const command = new Command('bench')
    .description(
      'Measure how fast one thread of this machine trains and plays, by size of the network. Comparisons with other programs: npm run bench, in a checkout.',
    )
    .addArgument(new Argument('[architectures...]', 'Q-networks to measure').default(usualSizes))
    .addOption(options.env())
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.json());
  for (const option of hyperparameterOptions()) command.addOption(option);
  command.action((architectures, values) => bench(architectures, values));
  return withExamples(command, [
    'touchdown bench',
    'touchdown bench 64,relu,64,relu --batch-size 128 --json',
  ]);
}
