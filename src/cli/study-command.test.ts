import { describe, expect, test } from 'vitest';
import { type PresetName, parseStudyConfiguration, presetNames } from '../study/configuration.ts';
import { presets } from '../study/presets.ts';
import { configureStudy } from './configure-study.ts';
import { studyCommand } from './study-command.ts';

interface Values extends Partial<Parameters<typeof configureStudy>[1]> {
  readonly preset?: PresetName;
  /** Flags of hyperparameters. */
  readonly [flag: string]: unknown;
}

function configure(
  { preset = 'quick', ...values }: Values,
  name?: string,
  settings: Readonly<Record<string, number>> = {},
  trialSteps?: number,
) {
  const { configuration } = presets[preset];
  const strategy = { name: name ?? configuration.strategy.name, settings, trialSteps };
  return configureStudy(configuration, { seed: 0, ...values }, strategy);
}

describe('the command of a study', () => {
  test.each(presetNames)('made from the preset %s is that preset', (preset) => {
    expect(studyCommand(configure({ preset, seed: 7 }))).toBe(`touchdown search --preset ${preset} --seed 7`);
  });

  test('has a flag for everything else, and the preset that leaves the fewest', () => {
    const configuration = configure(
      {
        preset: 'standard',
        seed: 3,
        space: 'fully-connected',
        finalists: 4,
        verificationSeeds: 9,
        verificationTimesteps: 1234,
        verificationEpisodes: 56,
        maxParameters: 9000,
        control: true,
        env: 'LunarLander-v2',
        enableWind: true,
        gravity: -4,
        learningRate: 0.002,
        nEnvs: 16,
        learningRateSchedule: 'constant',
      },
      'evolution',
      { trials: 50, population: 12 },
      7000,
    );
    expect(studyCommand(configuration)).toBe(
      'touchdown search --preset thorough --seed 3 --space fully-connected --strategy evolution --trials 50 ' +
        '--population 12 --total-timesteps 7000 --finalists 4 --verification-seeds 9 ' +
        '--verification-timesteps 1234 --verification-episodes 56 --max-parameters 9000 ' +
        '--env LunarLander-v2 --enable-wind --gravity -4 --learning-rate 0.002 ' +
        '--learning-rate-schedule constant --n-envs 16',
    );
  });

  test('of a one-shot search gives the steps of the shared training', () => {
    const configuration = configure({ preset: 'standard', control: true }, undefined, { totalSteps: 9000 });
    expect(studyCommand(configuration)).toBe(
      'touchdown search --preset standard --seed 0 --total-timesteps 9000 --control',
    );
  });

  test('is none where no flag gives the configuration', () => {
    const configuration = configure({});
    const { trial } = configuration;
    const space = {
      name: 'mine',
      decisions: [
        { kind: 'units', layer: 1, choices: [8, 16] },
        { kind: 'activation', layer: 1, choices: ['relu'] },
      ],
    } as const;
    for (const change of [
      { trial: { ...trial, validationEpisodes: 3 } },
      { budget: { work: 1e12 } },
      { space },
    ]) {
      expect(studyCommand(parseStudyConfiguration({ ...configuration, ...change }))).toBeUndefined();
    }
  });
});
