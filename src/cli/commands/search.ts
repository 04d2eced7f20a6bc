/** `touchdown search`: a study from its configuration to a verified winner. */
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { strategyNames } from '../../search/strategies.ts';
import { createStudyFolder } from '../../storage/study-folder.ts';
import type { StudyConfiguration } from '../../study/configuration.ts';
import { Study } from '../../study/study.ts';
import {
  configureStudy,
  presetStrategy,
  type StrategyOptions,
  type StudyValues,
} from '../configure-study.ts';
import { hyperparameterOptions, options, verificationOptions } from '../options.ts';
import { freeFolder } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import { runStudy } from '../run-study.ts';
import { versions } from '../version.ts';

interface SearchValues extends StudyValues, StrategyOptions {
  readonly study?: string;
  readonly strategy?: string;
  readonly workers: number;
  readonly checkpointInterval?: number;
  readonly json?: true;
}

/** @throws RangeError naming what doesn't fit. */
function configure(values: SearchValues): StudyConfiguration {
  const { trials, iterations, samplesPerIteration, population, configurations, eta, totalTimesteps } = values;
  const settings = { trials, iterations, samplesPerIteration, population, configurations, eta };
  const name = values.strategy ?? presetStrategy(values.preset);
  return name === 'enas'
    ? configureStudy(values, {
        name,
        settings: { ...settings, totalSteps: totalTimesteps },
        trialSteps: undefined,
      })
    : configureStudy(values, { name, settings, trialSteps: totalTimesteps });
}

async function search(values: SearchValues): Promise<void> {
  const configuration = configure(values);
  const { id, options: settings } = configuration.environment;
  const environment = createVectorEnvironment(id, 1, settings).spec;
  const study = new Study(configuration, environment);
  const folder = values.study ?? freeFolder('studies', values.preset);
  const storage = await createStudyFolder(folder, configuration, versions());
  await runStudy({
    study,
    environment,
    storage,
    folder,
    workers: values.workers,
    json: values.json ?? false,
    checkpointInterval: values.checkpointInterval,
    goesOn: false,
  });
}

export function createSearchCommand(): CommandUnknownOpts {
  const command = new Command('search')
    .description(
      'Search the architectures of a space for the best Q-network; ends with finalists retrained on several seeds, and a winner.',
    )
    .addOption(options.preset('quick'))
    .addOption(options.space())
    .addOption(new Option('--strategy <name>', `how to search: ${strategyNames.join(', ')}`))
    .addOption(
      new Option('--trials <n>', 'evolution, random: architectures to try').argParser(wholeNumber(1)),
    )
    .addOption(options.iterations())
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
    .addOption(options.checkpointInterval())
    .addOption(new Option('--study <folder>', 'new folder for the study (default: studies/PRESET-1, -2, …)'))
    .addOption(options.json());
  for (const option of verificationOptions()) command.addOption(option);
  for (const option of hyperparameterOptions()) command.addOption(option.default(undefined));
  return command.action(() => search(command.opts()));
}
