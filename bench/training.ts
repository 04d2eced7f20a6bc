/**
 * How well and how fast Double DQN learns: trains one architecture on several seeds, one after another on one core,
 * and plays fresh greedy episodes with every result. docs/algorithms/double-dqn.md has what it printed.
 */
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type DqnHyperparameters, parseDqnHyperparameters } from '../src/agents/dqn.ts';
import { evaluate } from '../src/agents/evaluate.ts';
import { testSeeds } from '../src/agents/seeds.ts';
import { Training } from '../src/agents/train.ts';
import { createVectorEnvironment } from '../src/environments/registry.ts';
import type { Kernels } from '../src/kernels/kernels.ts';
import { loadKernels } from '../src/kernels/load.ts';
import {
  type Architecture,
  formatArchitecture,
  networkShape,
  parseArchitecture,
} from '../src/networks/architecture.ts';
import { RandomStream } from '../src/random/random-stream.ts';
import { wholeNumber } from './contest/options.ts';

const environmentId = 'LunarLander-v3';
export const about = 'how well Double DQN learns: several seeds of one architecture';
const usage = `npm run bench -- training [--architecture 64,relu,64,relu] [--steps 500000] [--seeds 5] [--first-seed 1]
  [--episodes 500] [--stop-when-solved] [--set name=value]…      (hyperparameters: docs/algorithms/double-dqn.md)`;

interface Plan {
  readonly architecture: Architecture;
  readonly hyperparameters: DqnHyperparameters;
  readonly steps: number;
  readonly seeds: readonly number[];
  readonly episodes: number;
  readonly stopWhenSolved: boolean;
}

interface Result {
  readonly seed: number;
  /** Steps to an average of 200 over 100 training episodes; Infinity if it never came. */
  readonly solvedAt: number;
  /** Seconds of training until then, and in all. */
  readonly solvedSeconds: number;
  readonly seconds: number;
  /** Of fresh greedy episodes. */
  readonly mean: number;
  readonly shareSolved: number;
}

/** `name=value` as an entry whose value is a number where it reads as one. */
function parseSetting(text: string): readonly [string, string | number] {
  const [name, value = ''] = text.split('=', 2);
  return [name, value === '' || Number.isNaN(Number(value)) ? value : Number(value)];
}

function parsePlan(args: readonly string[]): Plan | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      architecture: { type: 'string', default: '64,relu,64,relu' },
      steps: { type: 'string', default: '500000' },
      seeds: { type: 'string', default: '5' },
      'first-seed': { type: 'string', default: '1' },
      episodes: { type: 'string', default: '500' },
      'stop-when-solved': { type: 'boolean', default: false },
      set: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const firstSeed = wholeNumber(values, 'first-seed', 0);
  return {
    architecture: parseArchitecture(values.architecture),
    hyperparameters: parseDqnHyperparameters(Object.fromEntries(values.set.map(parseSetting))),
    steps: wholeNumber(values, 'steps'),
    seeds: Array.from({ length: wholeNumber(values, 'seeds') }, (_, i) => firstSeed + i),
    episodes: wholeNumber(values, 'episodes'),
    stopWhenSolved: values['stop-when-solved'],
  };
}

/** Trains on one seed and plays fresh episodes. */
function measure(kernels: Kernels, plan: Plan, seed: number): Result {
  const { architecture, hyperparameters, stopWhenSolved } = plan;
  const environment = createVectorEnvironment(environmentId, hyperparameters.environments);
  const spec = { architecture, hyperparameters, totalSteps: plan.steps, seed, stopWhenSolved };
  const training = new Training(kernels, environment, spec);
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1_000;
  let solvedSeconds = Infinity;
  for (let more = true; more; ) {
    more = training.advance(100);
    if (training.progress.solvedAt !== undefined) solvedSeconds = Math.min(solvedSeconds, elapsed());
  }
  const seconds = elapsed();
  const lanes = createVectorEnvironment(environmentId, 64);
  const shape = networkShape(architecture, lanes.observationSize, 4);
  const policy = kernels.createPolicy(shape, lanes.count);
  policy.writeParameters(training.parameters());
  const { returns } = evaluate(policy, lanes, testSeeds(new RandomStream(seed).fork('bench'), plan.episodes));
  return {
    seed,
    solvedAt: training.progress.solvedAt ?? Infinity,
    solvedSeconds,
    seconds,
    mean: returns.reduce((sum, value) => sum + value, 0) / returns.length,
    shareSolved: returns.filter((value) => value >= 200).length / returns.length,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const columns = ['seed', 'solved at', 'after s', 'total s', 'mean', '≥ 200'] as const;
const row = (cells: readonly string[]) => cells.map((cell) => cell.padStart(10)).join('');

const cellsOf = (label: string, result: Omit<Result, 'seed'>): string[] => [
  label,
  String(result.solvedAt),
  result.solvedSeconds.toFixed(1),
  result.seconds.toFixed(1),
  result.mean.toFixed(1),
  `${(100 * result.shareSolved).toFixed(1)} %`,
];

function printMedians(results: readonly Result[]): void {
  const over = (key: keyof Result) => median(results.map((result) => result[key]));
  const medians = {
    solvedAt: over('solvedAt'),
    solvedSeconds: over('solvedSeconds'),
    seconds: over('seconds'),
    mean: over('mean'),
    shareSolved: over('shareSolved'),
  };
  console.log(row(cellsOf('median', medians)));
}

/** Entry of `npm run bench -- training`. */
export function run(args: readonly string[]): void {
  const plan = parsePlan(args);
  if (plan === undefined) {
    console.log(usage);
    return;
  }
  const kernels = loadKernels();
  console.log(`${cpus()[0].model}, Node ${process.version}, kernels ${kernels.target}`);
  console.log(`${environmentId}, ${formatArchitecture(plan.architecture)}, ${plan.steps} steps`);
  console.log(JSON.stringify(plan.hyperparameters));
  console.log(row(columns));
  const results: Result[] = [];
  for (const seed of plan.seeds) {
    const result = measure(kernels, plan, seed);
    results.push(result);
    console.log(row(cellsOf(String(seed), result)));
  }
  printMedians(results);
}
