/** `touchdown ablate`: architectures from scratch on several seeds, without a search. */
import { basename, join, resolve } from 'node:path';
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { countActions, parseDqnHyperparameters } from '../../agents/dqn.ts';
import type { EnvironmentSpec } from '../../environments/environment.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { ThreadExecutor } from '../../execution/threads.ts';
import { countParameters, formatArchitecture, parseArchitecture } from '../../networks/architecture.ts';
import { decodeSample, enumerateSamples, findSpace, spaces } from '../../search/space.ts';
import { AblationEvents } from '../../report/ablation-events.ts';
import { type AblationFolder, openAblationFolder } from '../../storage/ablation-folder.ts';
import {
  type AblationConfiguration,
  parseAblationConfiguration,
} from '../../study/ablation-configuration.ts';
import { type AblationSummary, summariseAblation } from '../../study/ablation-summary.ts';
import { Ablation, type AblationEvent, type AblationRun } from '../../study/ablation.ts';
import { StudySeeds } from '../../study/seeds.ts';
import { AblationProgress } from '../ablation-progress.ts';
import { formatAblation } from '../ablation-table.ts';
import { withExamples } from '../examples.ts';
import { withInterrupt } from '../interrupt.ts';
import { hyperparameterOptions, options, pickEnvironmentOptions, pickHyperparameters } from '../options.ts';
import { tell, tellFacts } from '../messages.ts';
import { displayPath, freeFolder } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import { motivation } from '../motivation.ts';
import { formatDuration } from '../progress.ts';
import { formatCount } from '../../report/number-format.ts';
import { type Fact, formatFacts } from '../summary.ts';
import { versions } from '../../library/version.ts';

interface AblateValues {
  readonly env: string;
  readonly enableWind?: true;
  readonly gravity?: number;
  readonly space?: string;
  readonly maxParameters?: number;
  readonly seeds: number;
  readonly totalTimesteps: number;
  readonly episodes: number;
  readonly seed: number;
  readonly workers: number;
  readonly out?: string;
  readonly tensorboard?: string;
  readonly json?: true;
}

interface Entry {
  readonly architecture: string;
  /** As many as asked for if absent. */
  readonly seeds?: number;
}

/** What is asked for, and the name of a folder for it. */
function listArchitectures(given: readonly string[], space: string | undefined) {
  if (given.length > 0 && space !== undefined) {
    throw new RangeError(`architectures and --space ${space}; expected only one of them`);
  }
  if (space !== undefined) {
    const found = findSpace(space);
    const entries = [...enumerateSamples(found)].map((sample): Entry => {
      return { architecture: formatArchitecture(decodeSample(found, sample)) };
    });
    return { name: found.name, entries };
  }
  if (given.length === 0) return { name: 'motivation', entries: motivation };
  const entries = given.map((text): Entry => ({ architecture: formatArchitecture(parseArchitecture(text)) }));
  return { name: 'architectures', entries };
}

/** Those within the limit. @throws RangeError where there are none. */
function leaveOutLarge(
  entries: readonly Entry[],
  environment: EnvironmentSpec,
  limit: number | undefined,
): readonly Entry[] {
  if (limit === undefined) return entries;
  const inputs = environment.observationSpace.low.length;
  const outputs = countActions(environment);
  const sizes = entries.map(({ architecture }) =>
    countParameters(parseArchitecture(architecture), inputs, outputs),
  );
  const smallest = Math.min(...sizes);
  if (smallest > limit) {
    throw new RangeError(`--max-parameters ${limit} leaves nothing; expected at least ${smallest}`);
  }
  return entries.filter((_, i) => sizes[i] <= limit);
}

interface Asked {
  readonly configuration: AblationConfiguration;
  readonly environment: EnvironmentSpec;
  readonly folder: string;
}

/** @throws RangeError naming what doesn't fit. */
function configure(given: readonly string[], values: AblateValues): Asked {
  const { name, entries } = listArchitectures(given, values.space);
  const settings = pickEnvironmentOptions(values);
  const environment = createVectorEnvironment(values.env, 1, settings).spec;
  const kept = leaveOutLarge(entries, environment, values.maxParameters);
  const configuration = parseAblationConfiguration({
    environment: { id: values.env, options: settings },
    hyperparameters: parseDqnHyperparameters(pickHyperparameters({ ...values })),
    steps: values.totalTimesteps,
    episodes: values.episodes,
    seed: values.seed,
    architectures: kept.map(({ architecture, seeds = values.seeds }) => ({ architecture, seeds })),
  });
  return { configuration, environment, folder: values.out ?? freeFolder('ablations', name) };
}

function describePlan(
  { configuration, plan }: Ablation,
  done: number,
  folder: string,
  workers: number,
): Fact[] {
  const { architectures, steps, episodes, seed } = configuration;
  const many = architectures.length === 1 ? '1 architecture' : `${architectures.length} architectures`;
  const seeds = Math.max(...architectures.map((entry) => entry.seeds));
  const kept = done === 0 ? '' : `; ${done} of them done before`;
  return [
    ['runs', `${plan.length}: ${many}, ${seeds === 1 ? '1 seed' : `up to ${seeds} seeds`}${kept}`],
    ['run', `${formatCount(steps)} steps from scratch, then ${formatCount(episodes)} greedy episodes`],
    ['workers', `${workers}; seed ${seed}; Ctrl-C stops`],
    ['folder', displayPath(folder)],
  ];
}

/** Does what the record lacks. */
async function runLeft(
  ablation: Ablation,
  record: AblationFolder,
  { workers, tensorboard }: Pick<AblateValues, 'workers' | 'tensorboard'>,
  signal: AbortSignal,
): Promise<'complete' | 'interrupted'> {
  const left = ablation.remaining(record);
  if (left.length === 0) return 'complete';
  const events =
    tensorboard === undefined
      ? undefined
      : new AblationEvents(join(tensorboard, basename(resolve(record.folder))));
  const executor = new ThreadExecutor(workers);
  const display = new AblationProgress(ablation, left);
  try {
    const onEvent = (event: AblationEvent): void => {
      events?.onEvent(event);
      display.onEvent(event);
    };
    return await ablation.run({ executor, record, signal, onEvent });
  } finally {
    display.finish();
    events?.close();
    await executor.close();
  }
}

const countFailed = (runs: readonly AblationRun[]): number =>
  runs.filter(({ state }) => state === 'failed').length;

/** Draws the charts and prints table and places. */
async function conclude(
  folder: string,
  summaries: readonly AblationSummary[],
  { id, rewardThreshold }: EnvironmentSpec,
): Promise<void> {
  const { writeAblationCharts } = await import('../ablation-charts.ts');
  const charts = await writeAblationCharts(folder, summaries, id, rewardThreshold);
  console.log(formatAblation(summaries, rewardThreshold));
  const failed = countFailed(summaries.flatMap(({ runs }) => runs));
  console.log(
    formatFacts([
      ...(rewardThreshold === undefined
        ? []
        : [
            [
              'solved',
              `an average of 100 training episodes reached ${rewardThreshold}; steps and time until then are medians`,
            ] as const,
          ]),
      ...(failed === 0
        ? []
        : [['failed', 'a failed run counts as the lowest return of any episode'] as const]),
      ...charts.map(({ title, file }) => [title, displayPath(file)] as const),
      ['record', displayPath(join(folder, 'runs.jsonl'))],
    ]),
  );
}

async function ablate(given: readonly string[], values: AblateValues): Promise<void> {
  const { configuration, environment, folder } = configure(given, values);
  const ablation = new Ablation(configuration, environment);
  const record = await openAblationFolder(folder, configuration, versions());
  if (record.torn) tell('the last line of runs.jsonl was torn; it is dropped, its run done again');
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  try {
    tellFacts(describePlan(ablation, record.runs.length, folder, values.workers));
    const state = await withInterrupt((signal) => runLeft(ablation, record, values, signal));
    const random = new StudySeeds(configuration.seed).bootstrap;
    const summaries = summariseAblation(record.runs, (run) => record.timingOf(run), random);
    if (state === 'interrupted') {
      const kept = `stopped; ${record.runs.length} of ${ablation.plan.length} runs are kept`;
      tell(`${kept}: the same command with --out ${displayPath(folder)} goes on`);
    }
    if (values.json) {
      const architectures = summaries.map(({ runs, ...summary }) => ({
        ...summary,
        failed: countFailed(runs),
      }));
      console.log(JSON.stringify({ ablation: folder, state, seconds: elapsed(), architectures }));
    } else if (state === 'complete') await conclude(folder, summaries, environment);
  } finally {
    await record.close();
  }
  tell(`${formatDuration(elapsed())} in all`);
}

export function createAblateCommand(): CommandUnknownOpts {
  const command = new Command('ablate')
    .description(
      'Train architectures from scratch on several seeds, without a search; ends with a table, learning curves and a record of every run. With --out it goes on with what a stopped one has done.',
    )
    .argument(
      '[architectures...]',
      'as "32,relu,64,relu"; without any, those of the reference project: 32-64, 128-128, 256-256, 1024-1024 and 2048-2048 units with relu, and with sigmoid on one seed',
    )
    .addOption(
      new Option(
        '--space <name>',
        `all architectures of a search space: ${spaces.map(({ name }) => name).join(', ')}`,
      ),
    )
    .addOption(
      new Option('--max-parameters <n>', 'leave architectures with more parameters out').argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      new Option('--seeds <n>', 'trainings per architecture').argParser(wholeNumber(1, 1000)).default(5),
    )
    .addOption(options.totalTimesteps(300_000))
    .addOption(options.episodes(100, 'greedy test episodes after every training'))
    .addOption(options.env())
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.seed())
    .addOption(options.workers('trainings'))
    .addOption(
      new Option(
        '--out <folder>',
        'new folder for the record, or one to go on with (default: ablations/NAME-1, -2, …)',
      ),
    )
    .addOption(options.tensorboard('learning curves'))
    .addOption(options.json());
  for (const option of hyperparameterOptions()) command.addOption(option);
  return withExamples(
    command.action((architectures) => ablate(architectures, command.opts())),
    [
      'touchdown ablate 32,relu,64,relu 128,relu,128,relu --seeds 5',
      'touchdown ablate --space lunar-lander-quick --seeds 3 --out ablations/quick',
    ],
  );
}
