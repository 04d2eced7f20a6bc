/** From a study's configuration back to the command line that makes it. */
import { isDeepStrictEqual } from 'node:util';
import { dqnHyperparametersSchema } from '../agents/dqn.ts';
import { type PresetName, presetNames, type StudyConfiguration } from '../study/configuration.ts';
import { presets } from '../study/presets.ts';
import { configureStudy, type StrategyValues, type StudyValues } from './configure-study.ts';
import { hyperparameterOptions, pickHyperparameters } from './options.ts';

/** A flag, its value, and what it says. */
interface Flag {
  readonly flag: string;
  /** Undefined for a flag without one. */
  readonly value: string | number | undefined;
  /** Its part of what `configureStudy` takes. */
  readonly values?: Partial<StudyValues> | Readonly<Record<string, unknown>>;
  readonly strategy?: Readonly<Record<string, number>>;
  readonly trialSteps?: number;
}

/** Settings of strategies that have a flag. */
const strategyFlags: Readonly<Record<string, string>> = {
  trials: '--trials',
  iterations: '--iterations',
  samplesPerIteration: '--samples-per-iteration',
  population: '--population',
  configurations: '--configurations',
  eta: '--eta',
  totalSteps: '--total-timesteps',
};

const verificationFlags = {
  finalists: ['--finalists', 'finalists'],
  seeds: ['--verification-seeds', 'verificationSeeds'],
  steps: ['--verification-timesteps', 'verificationTimesteps'],
  episodes: ['--verification-episodes', 'verificationEpisodes'],
  maxParameters: ['--max-parameters', 'maxParameters'],
} as const satisfies Partial<
  Record<keyof StudyConfiguration['verification'], readonly [string, keyof StudyValues]>
>;

function environmentFlags({ environment: { id, options } }: StudyConfiguration): Flag[] {
  const flags: Flag[] = [];
  if (id !== 'LunarLander-v3') flags.push({ flag: '--env', value: id, values: { env: id } });
  const { gravity, enableWind } = options;
  if (enableWind === true) {
    flags.push({ flag: '--enable-wind', value: undefined, values: { enableWind: true } });
  }
  if (typeof gravity === 'number') flags.push({ flag: '--gravity', value: gravity, values: { gravity } });
  return flags;
}

function hyperparameterFlags(configuration: StudyConfiguration): Flag[] {
  const defaults: Readonly<Record<string, unknown>> = dqnHyperparametersSchema.parse({});
  return hyperparameterOptions().flatMap((option) => {
    const attribute = option.attributeName();
    const [name] = Object.entries(pickHyperparameters({ [attribute]: true })).find(([, set]) => set) ?? [''];
    const value = new Map<string, number | string>(Object.entries(configuration.hyperparameters)).get(name);
    const isDefault = value === undefined || value === defaults[name];
    return isDefault ? [] : [{ flag: option.long ?? '', value, values: { [attribute]: value } }];
  });
}

/** Everything that differs from a preset and has a flag. */
function flagsBeside(preset: PresetName, configuration: StudyConfiguration): Flag[] {
  const { space, strategy, seed, verification, trial } = configuration;
  const begun = presets[preset].configuration;
  const base = configureStudy(begun, { seed }, { name: strategy.name, settings: {}, trialSteps: undefined });
  const flags: Flag[] = [];
  if (typeof space === 'string' && base.space !== space) {
    flags.push({ flag: '--space', value: space, values: { space } });
  }
  if (strategy.name !== begun.strategy.name) {
    flags.push({ flag: '--strategy', value: strategy.name });
  }
  const before: Readonly<Record<string, unknown>> = base.strategy;
  for (const [name, value] of Object.entries(strategy)) {
    const flag = strategyFlags[name];
    if (flag !== undefined && typeof value === 'number' && before[name] !== value) {
      flags.push({ flag, value, strategy: { [name]: value } });
    }
  }
  if (strategy.name !== 'enas' && base.trial.steps !== trial.steps) {
    flags.push({ flag: '--total-timesteps', value: trial.steps, trialSteps: trial.steps });
  }
  for (const key of ['finalists', 'seeds', 'steps', 'episodes', 'maxParameters'] as const) {
    const [flag, name] = verificationFlags[key];
    const value = verification[key];
    if (value !== undefined && base.verification[key] !== value) {
      flags.push({ flag, value, values: { [name]: value } });
    }
  }
  const { control } = verification;
  if (base.verification.control !== control) {
    flags.push({ flag: control ? '--control' : '--no-control', value: undefined, values: { control } });
  }
  return [...flags, ...environmentFlags(configuration), ...hyperparameterFlags(configuration)];
}

/** Whether preset and flags give exactly the configuration. */
function gives(preset: PresetName, flags: readonly Flag[], configuration: StudyConfiguration): boolean {
  const { seed, strategy } = configuration;
  const values: StudyValues = Object.assign({ seed }, ...flags.map((flag) => flag.values));
  const strategyValues: StrategyValues = {
    name: strategy.name,
    settings: Object.assign({}, ...flags.map((flag) => flag.strategy)),
    trialSteps: flags.find(({ trialSteps }) => trialSteps !== undefined)?.trialSteps,
  };
  return isDeepStrictEqual(
    configureStudy(presets[preset].configuration, values, strategyValues),
    configuration,
  );
}

/**
 * The shortest command line that gives the configuration by flags alone.
 * @returns undefined where none does: it takes a file of the configuration then.
 */
export function studyCommand(configuration: StudyConfiguration): string | undefined {
  const lines = presetNames.flatMap((preset) => {
    const flags = flagsBeside(preset, configuration);
    if (!gives(preset, flags, configuration)) return [];
    const words = flags.map(({ flag, value }) => (value === undefined ? flag : `${flag} ${value}`));
    return [['touchdown search', `--preset ${preset}`, `--seed ${configuration.seed}`, ...words]];
  });
  return lines.toSorted((a, b) => a.length - b.length)[0]?.join(' ');
}
