/** `touchdown search`: a study from its configuration to a verified winner. */
import { basename, extname } from 'node:path';
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { strategyNames } from '../../search/strategies.ts';
import { createStudyFolder } from '../../storage/study-folder.ts';
import type { PresetName, StudyConfiguration, StudyConfigurationInput } from '../../study/configuration.ts';
import { presets } from '../../study/presets.ts';
import { loadStudy } from '../../study/study-file.ts';
import { configureStudy, type StrategyOptions, type StudyValues } from '../configure-study.ts';
import { withExamples } from '../examples.ts';
import { withInterrupt } from '../interrupt.ts';
import { hyperparameterOptions, options, verificationOptions } from '../options.ts';
import { freeFolder } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import { planStudy } from '../plan-study.ts';
import { runStudy } from '../run-study.ts';
import { studyOf } from '../../library/study-of.ts';
import { usableWorkers } from '../usable-workers.ts';
import { versions } from '../../library/version.ts';

interface SearchValues extends StudyValues, StrategyOptions {
  readonly preset?: PresetName;
  readonly study?: string;
  readonly strategy?: string;
  readonly workers: number;
  readonly checkpointInterval?: number;
  readonly tensorboard?: string;
  readonly dryRun?: true;
  readonly dashboard?: true;
  readonly json?: true;
}

/** What a search begins from where neither a file nor a preset is named. */
const defaultPreset = 'quick' satisfies PresetName;

/** What the flags are on top of, and its name. @throws RangeError for a file that isn't a study. */
async function findBase(file: string | undefined, preset: PresetName | undefined) {
  if (file === undefined) {
    const name = preset ?? defaultPreset;
    return { name, base: presets[name].configuration };
  }
  return { name: basename(file, extname(file)), base: await loadStudy(file, preset) };
}

/** @throws RangeError naming what doesn't fit. */
function configure(base: StudyConfigurationInput, values: SearchValues): StudyConfiguration {
  const { trials, iterations, samplesPerIteration, population, configurations, eta, totalTimesteps } = values;
  const settings = { trials, iterations, samplesPerIteration, population, configurations, eta };
  const name = values.strategy ?? base.strategy?.name ?? 'enas';
  return name === 'enas'
    ? configureStudy(base, values, {
        name,
        settings: { ...settings, totalSteps: totalTimesteps },
        trialSteps: undefined,
      })
    : configureStudy(base, values, { name, settings, trialSteps: totalTimesteps });
}

async function search(file: string | undefined, values: SearchValues): Promise<void> {
  const { name, base } = await findBase(file, values.preset);
  const configuration = configure(base, values);
  const { study, environment } = studyOf(configuration);
  const folder = values.study ?? freeFolder('studies', name);
  const { json = false } = values;
  if (values.dryRun) {
    const { workers } = values;
    await withInterrupt((signal) => planStudy({ study, environment, folder, workers, json }, signal));
    return;
  }
  const workers = usableWorkers(study, environment, values.workers);
  const storage = await createStudyFolder(folder, configuration, versions());
  const { checkpointInterval, tensorboard } = values;
  const shared = { study, environment, storage, folder, workers, json, checkpointInterval, tensorboard };
  await runStudy({ ...shared, goesOn: false, dashboard: values.dashboard === true });
}

export function createSearchCommand(): CommandUnknownOpts {
  const command = new Command('search')
    .description(
      'Search the architectures of a space for the best Q-network; ends with finalists retrained on several seeds, and a winner.',
    )
    .argument(
      '[file]',
      'a study of your own: .yaml, .json or .ts (docs/configuration.md); options given besides override it',
    )
    .addOption(
      options.preset().default(undefined, `${defaultPreset}; with a file what that names, if anything`),
    )
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
    .addOption(options.env().default(undefined, "LunarLander-v3, or the file's"))
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.seed().default(undefined, "0, or the file's"))
    .addOption(options.workers('trials'))
    .addOption(options.checkpointInterval())
    .addOption(options.tensorboard('learning curves and the progress of the search'))
    .addOption(
      new Option(
        '--study <folder>',
        'new folder for the study (default: studies/NAME-1, -2, …, the name of the preset or the file)',
      ),
    )
    .addOption(new Option('--dry-run', 'print the plan with its time and memory; run nothing, write nothing'))
    .addOption(options.dashboard())
    .addOption(options.json());
  for (const option of verificationOptions()) command.addOption(option);
  for (const option of hyperparameterOptions()) command.addOption(option.default(undefined));
  return withExamples(
    command.action((file: string | undefined) => search(file, command.opts())),
    [
      'touchdown search',
      'touchdown search --preset standard --seed 1',
      'touchdown search study.yaml --dry-run',
      'touchdown search study.yaml --strategy random --trials 20 --study studies/random',
      'touchdown search --space my-space.yaml --strategy evolution --control',
    ],
  );
}
