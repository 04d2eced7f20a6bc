/** From the options of a command to the configuration of a study: a preset or a file with what is given on top. */
import { loadSpace } from '../search/space-file.ts';
import {
  parseStudyConfiguration,
  type StudyConfiguration,
  type StudyConfigurationInput,
} from '../study/configuration.ts';
import { overrideStudy } from '../study/study-file.ts';
import { pickEnvironmentOptions, pickHyperparameters } from './options.ts';

/** Options that say what a study is, besides its strategy; those that aren't given are as in what it begins from. */
export interface StudyValues {
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
  readonly seed?: number;
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
  readonly name: string;
  /** Settings of the strategy; undefined ones are not given. */
  readonly settings: Readonly<Record<string, number | undefined>>;
  /** Environment steps of a trial. */
  readonly trialSteps: number | undefined;
}

/** An object without the entries that are undefined. */
function given(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/**
 * @param base what the study begins from: a preset, or a file.
 * @throws RangeError naming what doesn't fit.
 */
export function configureStudy(
  base: StudyConfigurationInput,
  values: StudyValues,
  strategy: StrategyValues,
): StudyConfiguration {
  const options = pickEnvironmentOptions(values);
  return parseStudyConfiguration(
    overrideStudy(base, {
      environment: given({ id: values.env ?? base.environment?.id, options }),
      space: values.space && loadSpace(values.space),
      strategy: { name: strategy.name, ...given(strategy.settings) },
      seed: values.seed,
      trial: given({ steps: strategy.trialSteps }),
      verification: given({
        finalists: values.finalists,
        seeds: values.verificationSeeds,
        steps: values.verificationTimesteps,
        episodes: values.verificationEpisodes,
        maxParameters: values.maxParameters,
        control: values.control,
      }),
      hyperparameters: given(pickHyperparameters({ ...values })),
    }),
  );
}
