/** Tables of runs as tests of replays need them: made up, nothing is trained. */
import { createVectorEnvironment } from '../src/environments/registry.ts';
import { activations } from '../src/kernels/kernels.ts';
import { countParameters, formatArchitecture, parseArchitecture } from '../src/networks/architecture.ts';
import { createSpace } from '../src/search/create-space.ts';
import { parseSpaceDefinition } from '../src/search/space-definition.ts';
import { decodeSample, enumerateSamples, type SearchSpace } from '../src/search/space.ts';
import { parseAblationConfiguration } from '../src/study/ablation-configuration.ts';
import type { AblationRun, CompleteAblationRun } from '../src/study/ablation.ts';
import { RunTable } from '../src/study/run-table.ts';

export const lander = createVectorEnvironment('LunarLander-v3', 1).spec;

/** 36 architectures whose trainings are all the same work: they differ in their activations alone. */
export const equalSpace = createSpace(
  parseSpaceDefinition({ name: 'equal', layers: [2], units: [16], activations }),
);

export const architecturesOf = (space: SearchSpace): string[] =>
  [...enumerateSamples(space)].map((sample) => formatArchitecture(decodeSample(space, sample)));

/** Of 300,000 steps, with a curve that rises evenly to the score; solved at step 200,000 where that is 200 or more. */
export function completeAblationRun(architecture: string, round: number, score: number): CompleteAblationRun {
  return {
    architecture,
    parameterCount: countParameters(parseArchitecture(architecture), 8, 4),
    round,
    seed: round,
    state: 'complete',
    score,
    returns: [score],
    steps: 300_000,
    updates: 74_000,
    episodes: 500,
    solvedAt: score >= 200 ? 200_000 : null,
    curve: [0.2, 0.4, 0.6, 0.8, 1].map((share) => [300_000 * share, score * share] as const),
  };
}

export function tableOfRuns(space: SearchSpace, runs: readonly AblationRun[]): RunTable {
  const architectures = [...new Set(runs.map(({ architecture }) => architecture))];
  const configuration = parseAblationConfiguration({
    steps: 300_000,
    architectures: architectures.map((architecture) => ({ architecture, seeds: 1 })),
  });
  return new RunTable(space, configuration, runs, lander);
}

/** @param scoresOf the runs of an architecture, which has a number from 0 on. */
export function tableOfScores(space: SearchSpace, scoresOf: (index: number) => readonly number[]): RunTable {
  const runs = architecturesOf(space).flatMap((architecture, i) =>
    scoresOf(i).map((score, k) => completeAblationRun(architecture, k + 1, score)),
  );
  return tableOfRuns(space, runs);
}
