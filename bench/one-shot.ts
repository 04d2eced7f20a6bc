/**
 * What shared weights know: runs one-shot ENAS on several seeds and compares its final scores with trainings from
 * scratch, in a table that `touchdown ablate` made. docs/algorithms/enas.md has what it printed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDqnHyperparameters } from '../src/agents/dqn.ts';
import { ThreadExecutor } from '../src/execution/threads.ts';
import { formatArchitecture } from '../src/networks/architecture.ts';
import { OneShotSearch, type OneShotSettings } from '../src/search/enas/one-shot.ts';
import { decodeSample, findSpace, type Sample } from '../src/search/space.ts';
import { strategySchema } from '../src/search/strategies.ts';
import { kendallTau } from '../src/statistics/kendall-tau.ts';
import { mean } from '../src/statistics/sample.ts';
import { StudySeeds } from '../src/study/seeds.ts';
import { wholeNumber } from './contest/options.ts';

export const about = 'how well the scores of one-shot ENAS agree with trainings from scratch';
const usage = `npm run bench -- one-shot [--seeds 3] [--first-seed 1] [--threads 2] [--no-controller]
  [--space lunar-lander-100] [--table bench/tables/lunar-lander-64] [--max-parameters 70000] [--set name=value]…
  --no-controller: architectures are drawn uniformly in all steps
  --max-parameters: larger architectures of the table don't count; those up to the default have five runs each
  --set: settings of the strategy enas (docs/algorithms/enas.md)`;

interface Table {
  /** One per round, by architecture. */
  readonly scores: ReadonlyMap<string, readonly number[]>;
  /** Of the largest architecture. */
  readonly maxParameters: number;
}

interface Run {
  readonly scores: ReadonlyMap<string, number>;
  readonly seconds: number;
  /** Average score of the sampled architectures per iteration. */
  readonly averages: readonly number[];
}

const noController = { warmup: 0.999, iterations: 1 };

/** @param limit larger architectures are left out. */
function readTable(folder: string, limit: number): Table {
  const lines = readFileSync(join(folder, 'runs.jsonl'), 'utf8').trim().split('\n');
  const runs = lines
    .map((line) => JSON.parse(line) as { architecture: string; parameterCount: number; score?: number })
    .filter(({ parameterCount }) => parameterCount <= limit);
  const groups = Map.groupBy(runs, ({ architecture }) => architecture);
  return {
    scores: new Map(
      [...groups].map(([name, group]) => [name, group.map(({ score = Number.NEGATIVE_INFINITY }) => score)]),
    ),
    maxParameters: Math.max(...runs.map(({ parameterCount }) => parameterCount)),
  };
}

/** Tau over the architectures that both have. */
function tauOf(scores: ReadonlyMap<string, number>, table: ReadonlyMap<string, number>): number {
  const names = [...table.keys()].filter((name) => scores.has(name));
  return kendallTau(
    names.map((name) => scores.get(name) as number),
    names.map((name) => table.get(name) as number),
  );
}

const averageOf = (groups: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> =>
  new Map(
    [...groups[0].keys()].map((name) => [name, mean(groups.map((group) => group.get(name) as number))]),
  );

/** @param table whose architectures are the candidates; larger ones count as too large to be retrained. */
async function search(
  spaceName: string,
  { scores: table, maxParameters }: Table,
  settings: OneShotSettings,
  threads: number,
  seed: number,
): Promise<Run> {
  const start = performance.now();
  const space = findSpace(spaceName);
  const executor = new ThreadExecutor(threads);
  const seeds = new StudySeeds(seed);
  const jobs = Array.from({ length: settings.replicas }, (_, i) => ({
    environment: { id: 'LunarLander-v3', options: {} },
    space: spaceName,
    settings,
    hyperparameters: parseDqnHyperparameters({}),
    maxParameters,
    seed: seeds.replica(i),
  }));
  const { signal } = new AbortController();
  const replicas = executor.startReplicas(
    jobs,
    jobs.map(() => ({ signal, onProgress: () => undefined })),
  );
  const scores = new Map<string, number>();
  const sampled: number[] = [];
  try {
    const nameOf = (sample: Sample) => formatArchitecture(decodeSample(space, sample));
    await new OneShotSearch(space, settings, (sample) => table.has(nameOf(sample)), seeds.strategy).run(
      replicas,
      {
        onSampled: async ({ score }) => void sampled.push(score),
        onIteration: async () => undefined,
        onCandidate: async ({ sample, score }) => void scores.set(nameOf(sample), score),
      },
    );
  } finally {
    await Promise.all(replicas.map((replica) => replica.close()));
    await executor.close();
  }
  const averages = Array.from({ length: settings.iterations }, (_, i) =>
    mean(sampled.slice(i * settings.samplesPerIteration, (i + 1) * settings.samplesPerIteration)),
  );
  return { scores, averages, seconds: (performance.now() - start) / 1000 };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '3' },
      'first-seed': { type: 'string', default: '1' },
      threads: { type: 'string', default: '2' },
      'no-controller': { type: 'boolean', default: false },
      space: { type: 'string', default: 'lunar-lander-100' },
      table: { type: 'string', default: join(import.meta.dirname, 'tables', 'lunar-lander-64') },
      'max-parameters': { type: 'string', default: '70000' },
      set: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const seeds = wholeNumber(values, 'seeds');
  const firstSeed = wholeNumber(values, 'first-seed', 0);
  const threads = wholeNumber(values, 'threads');
  const given = Object.fromEntries(
    values.set.map((text) => text.split('=', 2)).map(([k, v]) => [k, Number(v)]),
  );
  const controller = values['no-controller'] ? noController : {};
  const settings = strategySchema.parse({ name: 'enas', ...controller, ...given }) as OneShotSettings;
  const table = readTable(values.table, wholeNumber(values, 'max-parameters'));
  const truth = new Map([...table.scores].map(([name, scores]) => [name, mean(scores)]));
  const rounds = Math.min(...[...table.scores.values()].map((scores) => scores.length));
  const runs: Run[] = [];
  for (let i = 0; i < seeds; i++) {
    const seed = firstSeed + i;
    const done = await search(values.space, table, settings, threads, seed);
    runs.push(done);
    const all = [...done.scores.values()];
    const solved = all.filter((score) => score >= 200).length;
    const last = mean(done.averages.slice(-5));
    console.log(
      `seed ${seed}: ${done.seconds.toFixed(0)} s; sampled in the last 5 iterations ${last.toFixed(0)}; all ${all.length}: mean ${mean(all).toFixed(0)}, ${solved} of 200 or more, best ${Math.max(...all).toFixed(0)}; tau ${tauOf(done.scores, truth).toFixed(2)}`,
    );
  }
  const average = averageOf(runs.map(({ scores }) => scores));
  console.log(`scores averaged over the seeds: tau ${tauOf(average, truth).toFixed(2)}`);
  for (let round = 0; round < rounds; round++) {
    const one = new Map([...table.scores].map(([name, scores]) => [name, scores[round]]));
    const others = new Map(
      [...table.scores].map(([name, scores]) => [name, mean(scores.toSpliced(round, 1))]),
    );
    console.log(
      `training ${round + 1} from scratch against the mean of the others: tau ${tauOf(one, others).toFixed(2)}`,
    );
  }
}
