/** Ready-made configurations of a search, by what they are for. What a file or a flag says overrides them. */
import { type PresetName, presetNames, type StudyConfigurationInput } from './configuration.ts';

export interface Preset {
  /** For whom, in one line. */
  readonly description: string;
  readonly configuration: StudyConfigurationInput;
}

export const presets = {
  quick: {
    description: 'a small space, a few minutes: see that it works',
    configuration: {
      space: 'lunar-lander-quick',
      strategy: { name: 'children', iterations: 8, samplesPerIteration: 5 },
      trial: { steps: 300_000, validationEpisodes: 100 },
      verification: { finalists: 2, seeds: 3, steps: 600_000, episodes: 100, control: false },
    },
  },
  standard: {
    description: 'the 100 architectures of the reference project, one-shot; small winners: minutes',
    configuration: {
      space: 'lunar-lander-100',
      strategy: { name: 'enas' },
      trial: { steps: 300_000, stopWhenSolved: false, validationEpisodes: 100 },
      verification: {
        finalists: 6,
        seeds: 5,
        steps: 500_000,
        episodes: 100,
        maxParameters: 20_000,
        control: false,
      },
    },
  },
  thorough: {
    description: 'the same, with a control, more finalists, larger ones too: an hour or more',
    configuration: {
      space: 'lunar-lander-100',
      strategy: { name: 'enas', totalSteps: 3_000_000 },
      trial: { steps: 600_000, stopWhenSolved: false, validationEpisodes: 100 },
      verification: {
        finalists: 8,
        seeds: 10,
        steps: 600_000,
        episodes: 100,
        maxParameters: 100_000,
        control: true,
      },
    },
  },
} as const satisfies Record<PresetName, Preset>;

export const isPreset = (name: unknown): name is PresetName => presetNames.some((preset) => preset === name);
