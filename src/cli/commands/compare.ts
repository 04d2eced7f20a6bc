/** `touchdown compare`: strategies against one another at equal work, by real searches or replayed on a table. */
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { strategyNames } from '../../search/strategies.ts';
import { replayableNames } from '../../study/comparison.ts';
import { compareOnTable, type TabularValues } from '../compare-on-table.ts';
import { compareSearches, type SearchesValues } from '../compare-searches.ts';
import { withExamples } from '../examples.ts';
import { hyperparameterOptions, options, verificationOptions } from '../options.ts';
import { wholeNumber } from '../parse.ts';

/** Of a whole command line, whichever of the two it asks for. */
interface CompareValues extends Omit<SearchesValues, 'strategies' | 'seeds'> {
  readonly seed: number;
  readonly tabular?: string;
  readonly strategies?: string;
  readonly seeds?: number;
}

const defaults = {
  searches: { strategies: 'enas,random', seeds: 3 },
  tabular: {
    strategies: ['random', ...replayableNames.filter((name) => name !== 'random')].join(','),
    seeds: 100,
    trials: 30,
  },
} as const;

/** Options that mean something on a table. */
const ofTables: ReadonlySet<string> = new Set([
  'tabular',
  'space',
  'strategies',
  'trials',
  'seeds',
  'samplesPerIteration',
  'population',
  'configurations',
  'eta',
  'seed',
  'out',
  'json',
]);

/** The values with the defaults of a table. @throws RangeError for options that mean nothing there. */
function readTabular(command: CommandUnknownOpts, tabular: string, values: CompareValues): TabularValues {
  const { space, strategies, seeds, trials, ...others } = values;
  const useless = command.options.find(
    (option) =>
      !ofTables.has(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (useless) {
    throw new RangeError(`${useless.long} with --tabular; expected without: nothing is trained on a table`);
  }
  if (space === undefined) throw new RangeError('--tabular without --space; expected the space of the table');
  return {
    ...others,
    tabular,
    space,
    strategies: strategies ?? defaults.tabular.strategies,
    seeds: seeds ?? defaults.tabular.seeds,
    trials: trials ?? defaults.tabular.trials,
  };
}

async function compare(command: CommandUnknownOpts, values: CompareValues): Promise<void> {
  const { tabular, ...others } = values;
  if (tabular !== undefined) {
    await compareOnTable(readTabular(command, tabular, others));
    return;
  }
  const { strategies = defaults.searches.strategies, seeds = defaults.searches.seeds } = others;
  const names = strategies.split(',').map((name) => name.trim());
  await compareSearches({ ...others, seeds, strategies: names });
}

export function createCompareCommand(): CommandUnknownOpts {
  const command = new Command('compare')
    .description(
      'Compare search strategies at equal work on several seeds (docs/comparing-strategies.md): by real searches, each ending with its finalists retrained; or with --tabular replayed in seconds on the record of an ablation. With --out it goes on with what a stopped comparison of searches has done.',
    )
    .addOption(
      new Option(
        '--strategies <names>',
        `what to compare, separated by commas, of ${strategyNames.join(', ')}; what the first takes is the budget of the others (default: ${defaults.searches.strategies}; with --tabular all but enas)`,
      ),
    )
    .addOption(
      new Option(
        '--seeds <n>',
        `searches per strategy, on --seed and those that follow it (default: ${defaults.searches.seeds}; with --tabular ${defaults.tabular.seeds})`,
      ).argParser(wholeNumber(1, 100_000)),
    )
    .addOption(options.preset().default('standard'))
    .addOption(options.space())
    .addOption(
      new Option(
        '--tabular <folder>',
        'replay on a folder of `touchdown ablate` that has runs of all architectures of the space. Children have no layers to share there: it is the controller alone',
      ),
    )
    .addOption(
      new Option(
        '--trials <n>',
        `evolution, random as the first strategy: architectures to try; with --tabular: budget of a search, in whole trainings of a mean architecture (default: ${defaults.tabular.trials})`,
      ).argParser(wholeNumber(1, 100_000)),
    )
    .addOption(options.iterations())
    .addOption(options.samplesPerIteration('enas, children'))
    .addOption(options.population())
    .addOption(options.configurations())
    .addOption(options.eta())
    .addOption(
      new Option('-n, --total-timesteps <n>', 'enas: environment steps of the shared training').argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      new Option('--trial-timesteps <n>', 'environment steps of a trial, at most').argParser(wholeNumber(1)),
    )
    .addOption(options.env().default(undefined, 'LunarLander-v3'))
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.seed())
    .addOption(options.workers('trials'))
    .addOption(
      new Option(
        '--out <folder>',
        'new folder for the result, or a comparison of searches to go on with (default: comparisons/SPACE-1, -2, …)',
      ),
    )
    .addOption(options.json());
  for (const option of verificationOptions()) {
    if (option.attributeName() !== 'control') command.addOption(option);
  }
  for (const option of hyperparameterOptions()) command.addOption(option.default(undefined));
  return withExamples(
    command.action(() => compare(command, command.opts())),
    [
      'touchdown compare --strategies enas,random --seeds 3',
      'touchdown compare --preset quick --strategies children,evolution,random --out comparisons/mine',
      'touchdown compare --tabular ablations/quick --space lunar-lander-quick',
    ],
  );
}
