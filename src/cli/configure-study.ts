/** From the options of a command to the configuration of a study: a preset with what is given on top. */
import { parseDqnHyperparameters } from '../agents/dqn.ts';
import { loadSpace } from '../search/space-file.ts';
import { parseStudyConfiguration, type StudyConfiguration } from '../study/configuration.ts';
import { pickEnvironmentOptions, pickHyperparameters } from './options.ts';
import { type PresetName, presets } from './presets.ts';

/** Options that say what a study is, besides its strategy; those that aren't given are the preset's. */
export interface StudyValues {
  readonly preset: PresetName;
  readonly env?: string;
  readonly enableWind?: true;
  readonly gravity?: number;
  readonly space?: string;
  readonly finalists?: number;
  readonly verificationSeeds?: number;
  readonly verificationTimesteps?: number;
  readonly verificationEpisodes?: number;
  readonly maxParameters?: number;
  readonly control?: boolean;
  readonly seed: number;
}

/** Options that are settings of a strategy, as far as it has them. */
export interface StrategyOptions {
  readonly trials?: number;
  readonly iterations?: number;
  readonly samplesPerIteration?: number;
  readonly population?: number;
  readonly configurations?: number;
  readonly eta?: number;
  /** Environment steps of the search's training. */
  readonly totalTimesteps?: number;
}

export interface StrategyValues {
  /** The preset's if absent. */
  readonly name: string | undefined;
  /** Settings of the strategy; undefined ones are not given. */
  readonly settings: Readonly<Record<string, number | undefined>>;
  /** Environment steps of a trial. */
  readonly trialSteps: number | undefined;
}

/** An object without the entries that are undefined. */
function given(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** The strategy of a preset. */
export const presetStrategy = (preset: PresetName): string => presets[preset].configuration.strategy.name;

/** @throws RangeError naming what doesn't fit. */
export function configureStudy(values: StudyValues, strategy: StrategyValues): StudyConfiguration {
  const preset = presets[values.preset].configuration;
  const name = strategy.name ?? preset.strategy.name;
  const settings = name === preset.strategy.name ? preset.strategy : { name };
  return parseStudyConfiguration({
    ...preset,
    ...given({ space: values.space && loadSpace(values.space) }),
    environment: given({ id: values.env, options: pickEnvironmentOptions(values) }),
    strategy: { ...settings, ...given(strategy.settings) },
    seed: values.seed,
    trial: { ...preset.trial, ...given({ steps: strategy.trialSteps }) },
    verification: {
      ...preset.verification,
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
