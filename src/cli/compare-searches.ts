/** `touchdown compare`: strategies against one another at equal work, by real searches. */
import { join } from 'node:path';
import type { EnvironmentSpec } from '../environments/environment.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import { ThreadExecutor } from '../execution/threads.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import { spaceSize } from '../search/space.ts';
import { type ComparisonFolder, openComparisonFolder } from '../storage/comparison-folder.ts';
import type { PresetName, StudyConfiguration } from '../study/configuration.ts';
import { presets } from '../study/presets.ts';
import { type PlannedStudy, SearchComparison } from '../study/search-comparison.ts';
import {
  parseSearchComparison,
  type SearchComparisonConfiguration,
} from '../study/search-comparison-configuration.ts';
import { type ComparedStrategy, summariseComparison } from '../study/search-comparison-summary.ts';
import { StudySeeds } from '../study/seeds.ts';
import { Study } from '../study/study.ts';
import { configureStudy, type StrategyOptions, type StudyValues } from './configure-study.ts';
import { withInterrupt } from './interrupt.ts';
import { tell, tellFacts } from './messages.ts';
import { displayPath, freeFolder } from './output.ts';
import { createProgress, formatDuration, type Progress } from './progress.ts';
import { formatCount } from '../report/number-format.ts';
import { formatSearchComparison } from './search-comparison-table.ts';
import { describeSearch, describeSpace, describeTrial, describeVerification } from './study-plan.ts';
import { StudyProgress } from './study-progress.ts';
import { type Fact, formatFacts } from './summary.ts';
import { estimateTime, type TimeEstimate, totalTime } from './time-estimate.ts';
import { usableWorkers } from './usable-workers.ts';
import { versions } from '../library/version.ts';

export interface SearchesValues extends StudyValues, StrategyOptions {
  readonly preset: PresetName;
  readonly strategies: readonly string[];
  readonly seeds: number;
  readonly trialTimesteps?: number;
  readonly workers: number;
  readonly out?: string;
  readonly json?: true;
}

/** Whose settings they are, and their names there; the budget decides on some of them for all but the first strategy. */
const settings = [
  { name: 'trials', flag: '--trials', key: 'trials', owners: ['evolution', 'random'], isEffort: true },
  {
    name: 'iterations',
    flag: '--iterations',
    key: 'iterations',
    owners: ['enas', 'children'],
    isEffort: true,
  },
  {
    name: 'configurations',
    flag: '--configurations',
    key: 'configurations',
    owners: ['halving'],
    isEffort: true,
  },
  {
    name: 'samplesPerIteration',
    flag: '--samples-per-iteration',
    key: 'samplesPerIteration',
    owners: ['enas', 'children'],
    isEffort: false,
  },
  { name: 'population', flag: '--population', key: 'population', owners: ['evolution'], isEffort: false },
  { name: 'eta', flag: '--eta', key: 'eta', owners: ['halving'], isEffort: false },
  { name: 'totalTimesteps', flag: '--total-timesteps', key: 'totalSteps', owners: ['enas'], isEffort: false },
] as const satisfies readonly {
  readonly name: keyof StrategyOptions;
  readonly flag: string;
  readonly key: string;
  readonly owners: readonly string[];
  readonly isEffort: boolean;
}[];

/** @throws RangeError for a setting that none of the strategies has. */
function checkSettings(values: SearchesValues): void {
  const { strategies } = values;
  for (const { name, flag, owners, isEffort } of settings) {
    const takers = isEffort ? strategies.slice(0, 1) : strategies;
    if (values[name] === undefined || owners.some((owner) => takers.includes(owner))) continue;
    const expected = isEffort
      ? 'as the first strategy: what that takes is the budget of the others'
      : 'among the strategies';
    throw new RangeError(
      `${flag} is a setting of ${owners.join(' and ')}; expected ${owners.join(' or ')} ${expected}`,
    );
  }
}

/** @throws RangeError naming what doesn't fit. */
function configure(values: SearchesValues): SearchComparisonConfiguration {
  const { strategies, seeds, trialTimesteps: trialSteps } = values;
  if (strategies.length < 2) {
    throw new RangeError(`--strategies ${strategies.join(',')}; expected at least two, separated by commas`);
  }
  const studies = strategies.map((name, i): StudyConfiguration => {
    const own = settings.filter(
      ({ owners, isEffort }) => owners.some((owner) => owner === name) && (i === 0 || !isEffort),
    );
    return configureStudy(
      presets[values.preset].configuration,
      // Random search stands beside them: none needs a control of its own.
      { ...values, control: false },
      {
        name,
        settings: Object.fromEntries(own.map((setting) => [setting.key, values[setting.name]])),
        trialSteps,
      },
    );
  });
  checkSettings(values);
  return parseSearchComparison({ seeds, studies });
}

function describePlan(comparison: SearchComparison, folder: ComparisonFolder, workers: number): Fact[] {
  const { configuration, plan } = comparison;
  const [first, ...others] = configuration.studies;
  const { first: study } = comparison;
  const done = plan.length - comparison.remaining(folder).length;
  const kept = done === 0 ? '' : `; ${done} of them done before`;
  const { seeds } = configuration;
  const names = others.map(({ strategy }) => strategy.name).join(', ');
  return [
    ['space', describeSpace(study.space)],
    ...describeSearch(study),
    ['budget', `what ${first.strategy.name} takes, seed by seed; for ${names}`],
    ...(first.strategy.name === 'enas' ? [['trial', describeTrial(others[0].trial)] as const] : []),
    ['verdict', describeVerification(first.verification)],
    [
      'studies',
      `${plan.length}: ${configuration.studies.length} strategies on ${seeds === 1 ? '1 seed' : `${seeds} seeds`}${kept}`,
    ],
    ['workers', `${workers}; seeds from ${first.seed} on; Ctrl-C stops`],
    ['folder', displayPath(folder.folder)],
  ];
}

const nameOf = ({ strategy, seed }: PlannedStudy): string => `${strategy}, seed ${seed}`;

/** The progress of a study as a part of all that are left. @param before units of those that are done. */
function partOf(whole: Progress, name: string, before: number): Progress {
  return {
    update: (done, details) => whole.update(before + done, `${name} · ${details}`),
    note: (line) => whole.note(line),
    finish: () => undefined,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How long the studies of each strategy are thought to take: the work of the first one is the budget of the others. */
async function estimateStudies(
  { configuration, first }: SearchComparison,
  environment: EnvironmentSpec,
  workers: number,
  signal: AbortSignal,
): Promise<readonly TimeEstimate[]> {
  const time = await estimateTime(first, environment, workers, signal);
  const others: TimeEstimate[] = [];
  for (const study of configuration.studies.slice(1)) {
    const budgeted = new Study({ ...study, budget: { work: time.work } }, environment);
    others.push(await estimateTime(budgeted, environment, workers, signal));
  }
  return [time, ...others];
}

/** Does what the record lacks. */
async function runLeft(
  comparison: SearchComparison,
  folder: ComparisonFolder,
  environment: EnvironmentSpec,
  workers: number,
  signal: AbortSignal,
): Promise<'complete' | 'interrupted'> {
  const left = comparison.remaining(folder);
  if (left.length === 0) return 'complete';
  const times = await estimateStudies(comparison, environment, workers, signal);
  const names = comparison.configuration.studies.map(({ strategy }) => strategy.name);
  const seconds = left.map(({ strategy }) => times[names.indexOf(strategy)]);
  const total = sum(seconds.map(totalTime));
  if (!signal.aborted) tellFacts([['time    ', `about ${formatDuration(total)} on this machine`]]);
  const { writeStudyCharts } = await import('./study-charts.ts');
  const display = createProgress(total, undefined);
  const executor = new ThreadExecutor(workers);
  const onStart = (planned: PlannedStudy, study: Study) => {
    const index = left.indexOf(planned);
    const name = nameOf(planned);
    display.note(`study ${index + 1}/${left.length}: ${name}`);
    const before = sum(seconds.slice(0, index).map(totalTime));
    const progress = new StudyProgress(study, seconds[index], partOf(display, name, before));
    return (event: Parameters<typeof progress.onEvent>[0]) => progress.onEvent(event);
  };
  const onEnd = async (planned: PlannedStudy, study: Study): Promise<void> => {
    const record = await folder.readStudy(planned);
    const threshold = environment.rewardThreshold;
    await writeStudyCharts(folder.folderOf(planned), record, study.iterationSize, threshold);
  };
  try {
    return await comparison.run({ executor, record: folder, signal, onStart, onEnd });
  } finally {
    display.finish();
    await executor.close();
  }
}

/** @throws RangeError when no retraining is complete. */
async function summarise(comparison: SearchComparison, folder: ComparisonFolder) {
  const records = [];
  for (const planned of comparison.plan) {
    const finished = folder.finished.find(
      ({ strategy, seed }) => strategy === planned.strategy && seed === planned.seed,
    );
    if (finished) records.push({ ...finished, snapshot: await folder.readStudy(planned) });
  }
  return summariseComparison(records, new StudySeeds(comparison.configuration.studies[0].seed).bootstrap);
}

/** What comparison.json says, which has no single episodes: but for seconds a function of the configuration. */
function describeResult(comparison: SearchComparison, strategies: readonly ComparedStrategy[]) {
  const { configuration } = comparison;
  const { space } = comparison.first;
  const [{ environment, seed, verification }] = configuration.studies;
  return {
    environment: environment.id,
    space: { name: space.name, size: spaceSize(space) },
    seed,
    seeds: configuration.seeds,
    verification,
    strategies: strategies.map((strategy) => ({ ...strategy, returns: undefined })),
  };
}

/** Draws the charts and writes the data. @returns what there is to look at: a title and a file each. */
async function writeResult(
  folder: string,
  result: ReturnType<typeof describeResult>,
  strategies: readonly ComparedStrategy[],
  { id, rewardThreshold }: EnvironmentSpec,
): Promise<readonly (readonly [title: string, file: string])[]> {
  const { writeSearchComparisonCharts } = await import('./search-comparison-charts.ts');
  const charts = await writeSearchComparisonCharts(folder, strategies, id, rewardThreshold);
  const data = join(folder, 'comparison.json');
  await writeFileAtomically(data, `${JSON.stringify(result, null, 2)}\n`);
  return [...charts.map(({ title, file }) => [title, file] as const), ['data', data]];
}

function formatResult(
  { configuration }: SearchComparison,
  strategies: readonly ComparedStrategy[],
  files: readonly (readonly [title: string, file: string])[],
): string {
  const { seeds, studies } = configuration;
  const runs = formatCount(seeds * studies[0].verification.seeds);
  const facts = formatFacts([
    ['IQM of runs', `of the ${runs} retrainings of a strategy's winners; below: 95 %, of these winners`],
    ['mean of seeds', "of the winners' IQMs; below: 95 %, Student's, which has the searches' luck in it"],
    ...(strategies.some(({ againstRandom }) => againstRandom)
      ? [
          [
            'against random',
            "that a run beats one of random's on the same seed; mean difference of IQMs, 95 % of that, Student's",
          ] as const,
        ]
      : []),
    ['work, time', 'of a search, on the average; the time with its verification'],
    ...files.map(([title, file]) => [title, displayPath(file)] as const),
  ]);
  return `${formatSearchComparison(strategies)}\n${facts}`;
}

/** Runs what is left of the studies, and shows table and pictures. @throws Error in one line for what doesn't fit. */
export async function compareSearches(values: SearchesValues): Promise<void> {
  const configuration = configure(values);
  const { id, options } = configuration.studies[0].environment;
  const environment = createVectorEnvironment(id, 1, options).spec;
  const comparison = new SearchComparison(configuration, environment);
  const workers = usableWorkers(comparison.first, environment, values.workers);
  const path = values.out ?? freeFolder('comparisons', comparison.first.space.name);
  const folder = await openComparisonFolder(path, configuration, versions());
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  tellFacts(describePlan(comparison, folder, workers));
  const state = await withInterrupt((signal) => runLeft(comparison, folder, environment, workers, signal));
  if (state === 'interrupted') {
    const left = comparison.remaining(folder).length;
    const kept = `stopped; ${comparison.plan.length - left} of ${comparison.plan.length} studies are kept`;
    tell(`${kept}: the same command with --out ${displayPath(folder.folder)} goes on`);
    if (values.json) console.log(JSON.stringify({ comparison: path, state, seconds: elapsed() }));
  } else {
    const strategies = await summarise(comparison, folder);
    const result = describeResult(comparison, strategies);
    const files = await writeResult(folder.folder, result, strategies, environment);
    console.log(
      values.json
        ? JSON.stringify({ comparison: path, state, seconds: elapsed(), ...result })
        : formatResult(comparison, strategies, files),
    );
  }
  tell(`${formatDuration(elapsed())} in all`);
}
