/** `touchdown search`: a study from its configuration to a verified winner. */
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { parseDqnHyperparameters } from '../../agents/dqn.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { ThreadExecutor } from '../../execution/threads.ts';
import { type SearchSpace, spaces, spaceSize } from '../../search/space.ts';
import { loadSpace } from '../../search/space-file.ts';
import { strategyNames } from '../../search/strategies.ts';
import { createStudyFolder } from '../../storage/study-folder.ts';
import { parseStudyConfiguration, type StudyConfiguration } from '../../study/configuration.ts';
import { Study } from '../../study/study.ts';
import { withInterrupt } from '../interrupt.ts';
import {
  hyperparameterOptions,
  options,
  pickEnvironmentOptions,
  pickHyperparameters,
  verificationOptions,
} from '../options.ts';
import { displayPath, freeFolder } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import { presetNames, type PresetName, presets } from '../presets.ts';
import { createProgress, formatCount, formatDuration } from '../progress.ts';
import { concludeStudy } from '../study-summary.ts';
import { StudyProgress } from '../study-progress.ts';
import { formatFacts } from '../summary.ts';
import { estimateTime, type TimeEstimate } from '../time-estimate.ts';
import { versions } from '../version.ts';

interface SearchValues {
  readonly preset: PresetName;
  readonly study?: string;
  readonly env?: string;
  readonly enableWind?: true;
  readonly gravity?: number;
  readonly space?: string;
  readonly strategy?: string;
  readonly trials?: number;
  readonly iterations?: number;
  readonly samplesPerIteration?: number;
  readonly population?: number;
  readonly configurations?: number;
  readonly eta?: number;
  readonly totalTimesteps?: number;
  readonly finalists?: number;
  readonly verificationSeeds?: number;
  readonly verificationTimesteps?: number;
  readonly verificationEpisodes?: number;
  readonly maxParameters?: number;
  readonly control?: boolean;
  readonly seed: number;
  readonly workers: number;
  readonly json?: true;
}

/** An object without the entries that are undefined. */
function given(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** The preset's configuration with the flags on top. @throws RangeError naming what doesn't fit. */
function configure(values: SearchValues): StudyConfiguration {
  const preset = presets[values.preset].configuration;
  const name = values.strategy ?? preset.strategy.name;
  const settings = name === preset.strategy.name ? preset.strategy : { name };
  const { trials, iterations, samplesPerIteration, population, configurations, eta } = values;
  return parseStudyConfiguration({
    ...preset,
    ...given({ space: values.space && loadSpace(values.space) }),
    environment: given({ id: values.env, options: pickEnvironmentOptions(values) }),
    strategy: {
      ...settings,
      ...given({ trials, iterations, samplesPerIteration, population, configurations, eta }),
      ...(name === 'enas' ? given({ totalSteps: values.totalTimesteps }) : {}),
    },
    seed: values.seed,
    trial: {
      ...('trial' in preset ? preset.trial : {}),
      ...(name === 'enas' ? {} : given({ steps: values.totalTimesteps })),
    },
    verification: {
      ...('verification' in preset ? preset.verification : {}),
      ...given({
        finalists: values.finalists,
        seeds: values.verificationSeeds,
        steps: values.verificationTimesteps,
        episodes: values.verificationEpisodes,
        maxParameters: values.maxParameters,
        control: values.control,
      }),
    },
    hyperparameters: parseDqnHyperparameters(given(pickHyperparameters({ ...values }))),
  });
}

function describeVerification(verification: StudyConfiguration['verification']): string {
  const { finalists, seeds, steps, episodes, maxParameters } = verification;
  const who = finalists === 1 ? '1 finalist' : `${finalists} finalists`;
  const limit = maxParameters === undefined ? '' : ` of at most ${formatCount(maxParameters)} parameters`;
  const on = seeds === 1 ? '1 fresh seed' : `${seeds} fresh seeds`;
  return `${who}${limit} retrained from scratch on ${on}, ${formatCount(steps)} steps each, then ${formatCount(episodes)} fresh episodes`;
}

function describeSpace(space: SearchSpace): string {
  const what = space.decisions.some(({ kind }) => kind === 'hyperparameter')
    ? 'combinations of architecture and hyperparameters'
    : 'architectures';
  return `${space.name}: ${formatCount(spaceSize(space))} ${what}`;
}

/** How the strategy searches, and what a trial of it is. */
function describeSearch({
  configuration,
  space,
  trialCount,
  iterationSize,
  rungs,
}: Study): [string, string][] {
  const { strategy, trial } = configuration;
  if (strategy.name === 'enas') {
    const { totalSteps, iterations, warmup, candidates } = strategy;
    const all = Math.min(candidates, spaceSize(space));
    const begins = formatCount(warmup * totalSteps);
    return [
      ['strategy', `enas: all architectures share ${formatCount(totalSteps)} steps of one training`],
      [
        'controller',
        `${iterations} iterations of ${iterationSize} samples from step ${begins} on; then ${all} architectures scored`,
      ],
    ];
  }
  const iterations =
    iterationSize > 1 ? ` in ${trialCount / iterationSize} iterations of ${iterationSize}` : '';
  const shorter =
    rungs.length > 1
      ? `: ${rungs.map(({ trials, steps }) => `${trials} of ${formatCount(steps)} steps`).join(', ')}`
      : '';
  const until = trial.stopWhenSolved ? ', fewer once solved' : '';
  return [
    ['strategy', `${strategy.name}: ${trialCount} trials${iterations}${shorter}`],
    [
      'trial',
      `at most ${formatCount(trial.steps)} steps${until}, then ${trial.validationEpisodes} greedy episodes`,
    ],
  ];
}

function describePlan(study: Study, folder: string, workers: number): string {
  const { configuration, space } = study;
  const { verification } = configuration;
  return formatFacts([
    ['space', describeSpace(space)],
    ...describeSearch(study),
    ['verdict', describeVerification(verification)],
    [
      'control',
      verification.control
        ? 'random search with as much work as the search takes, its finalists retrained likewise'
        : 'none (--control adds random search at equal work)',
    ],
    ['workers', `${workers}; seed ${configuration.seed}; Ctrl-C stops`],
    ['study', displayPath(folder)],
  ]);
}

function describeTime(study: Study, time: TimeEstimate): string {
  const seconds = formatDuration(time.search + time.control + time.verification);
  const { strategy, trial } = study.configuration;
  const mayEndEarly = strategy.name !== 'enas' && trial.stopWhenSolved;
  const early = mayEndEarly ? ', less where trials are solved early' : '';
  return formatFacts([['time    ', `about ${seconds} on this machine${early}`]]);
}

async function search(values: SearchValues): Promise<void> {
  const configuration = configure(values);
  const { id, options: settings } = configuration.environment;
  const environment = createVectorEnvironment(id, 1, settings).spec;
  const study = new Study(configuration, environment);
  const folder = values.study ?? freeFolder('studies', values.preset);
  const storage = await createStudyFolder(folder, configuration, versions());
  const executor = new ThreadExecutor(values.workers);
  console.error(describePlan(study, folder, values.workers));
  const time = estimateTime(study, environment, values.workers);
  console.error(describeTime(study, time));
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  await withInterrupt(async (signal) => {
    const seconds = time.search + time.control + time.verification;
    const display = new StudyProgress(study, time, createProgress(seconds, undefined));
    try {
      const result = await study.run({
        executor,
        storage,
        signal,
        onEvent: (event) => display.onEvent(event),
      });
      display.finish();
      const { state, trials, verdict } = result;
      if (values.json)
        console.log(JSON.stringify({ study: folder, state, seconds: elapsed(), trials, verdict }));
      else {
        const record = await storage.read();
        await concludeStudy(folder, record, result, study.iterationSize, environment.rewardThreshold, signal);
      }
    } finally {
      await executor.close();
      await storage.close();
    }
  });
  console.error(`${formatDuration(elapsed())} in all`);
}

export function createSearchCommand(): CommandUnknownOpts {
  const presetHelp = presetNames.map((name) => `${name} (${presets[name].description})`).join('; ');
  const command = new Command('search')
    .description(
      'Search the architectures of a space for the best Q-network; ends with finalists retrained on several seeds, and a winner.',
    )
    .addOption(
      new Option('--preset <name>', `what to begin from: ${presetHelp}`)
        .choices(presetNames)
        .default('quick'),
    )
    .addOption(
      new Option(
        '--space <name>',
        `search space: ${spaces.map(({ name }) => name).join(', ')}, or a .yaml or .json file (docs/search-spaces.md)`,
      ),
    )
    .addOption(new Option('--strategy <name>', `how to search: ${strategyNames.join(', ')}`))
    .addOption(
      new Option('--trials <n>', 'evolution, random: architectures to try').argParser(wholeNumber(1)),
    )
    .addOption(
      new Option('--iterations <n>', 'enas, children: steps of the controller').argParser(wholeNumber(1)),
    )
    .addOption(options.samplesPerIteration('enas, children'))
    .addOption(options.population())
    .addOption(options.configurations())
    .addOption(options.eta())
    .addOption(
      new Option(
        '-n, --total-timesteps <n>',
        'environment steps of a trial, at most; enas: of the shared training',
      ).argParser(wholeNumber(1)),
    )
    .addOption(options.env().default(undefined, 'LunarLander-v3'))
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.seed())
    .addOption(options.workers('trials'))
    .addOption(new Option('--study <folder>', 'new folder for the study (default: studies/PRESET-1, -2, …)'))
    .addOption(options.json());
  for (const option of verificationOptions()) command.addOption(option);
  for (const option of hyperparameterOptions()) command.addOption(option.default(undefined));
  return command.action(() => search(command.opts()));
}
