/** `touchdown compare --tabular`: strategies against one another at equal work, replayed on an ablation's record. */
import { join } from 'node:path';
import { createVectorEnvironment } from '../environments/registry.ts';
import { createFolderAtomically } from '../files/create-folder.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import { spaceSize } from '../search/space.ts';
import { resolveSpace } from '../search/space-definition.ts';
import { loadSpace } from '../search/space-file.ts';
import { readAblationFolder } from '../storage/ablation-folder.ts';
import {
  Comparison,
  parseReplayable,
  type StrategyChoice,
  type StrategyResult,
} from '../study/comparison.ts';
import { RunTable } from '../study/run-table.ts';
import { formatComparison } from './tabular-comparison-table.ts';
import { displayPath, freeFolder } from './output.ts';
import { createProgress } from './progress.ts';
import { formatCount } from '../report/number-format.ts';
import { formatFacts } from './summary.ts';

export interface TabularValues {
  readonly tabular: string;
  readonly space: string;
  readonly strategies: string;
  readonly trials: number;
  readonly seeds: number;
  readonly samplesPerIteration?: number;
  readonly population?: number;
  readonly configurations?: number;
  readonly eta?: number;
  readonly seed: number;
  readonly out?: string;
  readonly json?: true;
}

interface Result {
  readonly comparison: Comparison;
  /** The name of the environment. */
  readonly environment: string;
  readonly strategies: readonly StrategyResult[];
}

/** What is compared, with the settings that are given. @throws RangeError naming what doesn't fit. */
function chooseStrategies(values: TabularValues): readonly StrategyChoice[] {
  const { samplesPerIteration, population, configurations, eta } = values;
  const names = parseReplayable(values.strategies.split(',').map((name) => name.trim()));
  const given = [
    ['children', { samplesPerIteration }],
    ['evolution', { population }],
    ['halving', { configurations }],
    ['halving', { eta }],
  ] as const;
  const settings = given.filter(([, entry]) => Object.values(entry).some((value) => value !== undefined));
  const useless = settings.find(([name]) => !names.includes(name));
  if (useless !== undefined) {
    const [name, entry] = useless;
    throw new RangeError(
      `${Object.keys(entry)[0]} is a setting of ${name}; expected that among the strategies`,
    );
  }
  return names.map((name) =>
    Object.assign({ name }, ...settings.filter(([owner]) => owner === name).map(([, entry]) => entry)),
  );
}

/** What comparison.json says: a function of the table and the options alone. */
function describeResult({ comparison, environment, strategies }: Result) {
  const { table, options: asked } = comparison;
  const { architecture, parameterCount, trueScore } = table.best;
  return {
    environment,
    space: { name: table.space.name, size: spaceSize(table.space), meanScore: table.meanScore },
    best: { architecture, parameterCount, score: trueScore },
    trials: asked.trials,
    seeds: asked.seeds,
    seed: asked.seed,
    strategies,
  };
}

/** Writes chart and data. @param folder that is made if it isn't there. */
async function writeResult(folder: string, result: Result): Promise<void> {
  const { comparisonChart } = await import('../report/comparison-chart.ts');
  const { writeChart } = await import('../report/charts.ts');
  const { comparison, environment, strategies } = result;
  const { table } = comparison;
  const chart = comparisonChart({
    environment,
    space: table.space.name,
    seeds: comparison.options.seeds,
    curves: strategies.map(({ name, curve }) => ({ name, points: curve })),
    best: table.best.trueScore,
  });
  await writeChart(join(folder, 'charts', 'comparison'), chart);
  const text = `${JSON.stringify(describeResult(result), null, 2)}\n`;
  await writeFileAtomically(join(folder, 'comparison.json'), text);
}

function describeTable({ table, options: { trials, seeds } }: Comparison, tabular: string): string {
  const { entries, best, meanScore, steps, space } = table;
  const runs = entries.reduce((sum, entry) => sum + entry.runs.length, 0);
  return formatFacts([
    ['table', `${displayPath(tabular)}: ${formatCount(runs)} runs of ${formatCount(steps)} steps`],
    [
      'space',
      `${space.name}: ${formatCount(entries.length)} architectures, on the average ${meanScore.toFixed(1)}`,
    ],
    ['best', `${best.architecture}: ${best.trueScore.toFixed(1)} over ${best.runs.length} runs`],
    ['budget', `the work of ${formatCount(trials)} whole trainings of a mean architecture`],
    ['searches', `${formatCount(seeds)} per strategy; true score: mean of all runs of the choice`],
  ]);
}

function runComparison(comparison: Comparison): readonly StrategyResult[] {
  const { strategies, seeds } = comparison.options;
  const progress = createProgress(strategies.length * seeds, 'searches');
  let done = 0;
  try {
    return comparison.run((name) => {
      progress.update(++done, name);
    });
  } finally {
    progress.finish();
  }
}

/** Replays, and shows table and picture. @throws Error in one line for what doesn't fit together. */
export async function compareOnTable(values: TabularValues): Promise<void> {
  const strategies = chooseStrategies(values);
  const space = resolveSpace(loadSpace(values.space));
  const { configuration, runs } = await readAblationFolder(values.tabular);
  const { id, options: settings } = configuration.environment;
  const environment = createVectorEnvironment(id, 1, settings).spec;
  const table = new RunTable(space, configuration, runs, environment);
  const { trials, seeds, seed } = values;
  const comparison = new Comparison(table, environment, { strategies, trials, seeds, seed });
  const folder = values.out ?? freeFolder('comparisons', space.name);
  let result: Result = { comparison, environment: id, strategies: [] };
  // Inside, so that nothing is computed that can't be kept.
  await createFolderAtomically(folder, 'a comparison', async (temporary) => {
    result = { ...result, strategies: runComparison(comparison) };
    await writeResult(temporary, result);
  });
  if (values.json) {
    console.log(JSON.stringify({ comparison: folder, ...describeResult(result) }));
    return;
  }
  console.log(describeTable(comparison, values.tabular));
  console.log(formatComparison(result.strategies));
  console.log(
    formatFacts([
      ['picture', displayPath(join(folder, 'charts', 'comparison.png'))],
      ['data', displayPath(join(folder, 'comparison.json'))],
    ]),
  );
}
