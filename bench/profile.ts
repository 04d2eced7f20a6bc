/**
 * Where the time of a whole training goes: learner, physics, inference, sampling of minibatches, insertion into the
 * replay, and the rest, which is TypeScript. A clock is read before and after every call to one of them; what that
 * costs by itself is measured and told.
 */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { parseDqnHyperparameters } from '../src/agents/dqn.ts';
import { ReplayBuffer } from '../src/agents/replay-buffer.ts';
import { Training } from '../src/agents/train.ts';
import { createVectorEnvironment } from '../src/environments/registry.ts';
import type { Backend } from '../src/kernels/backend.ts';
import { compiledKernels } from '../src/kernels/compiled.ts';
import type { Kernels } from '../src/kernels/kernels.ts';
import { listBackends } from '../src/kernels/load.ts';
import { formatArchitecture, parseArchitecture } from '../src/networks/architecture.ts';
import { describeMachine, formatMachine } from './contest/machine.ts';
import { wholeNumber } from './contest/options.ts';
import { formatFigure, formatHeadings, formatRow } from './contest/table.ts';

export const about = 'where the time of a whole training goes';
const usage = `npm run bench -- profile [--architecture 64,relu,64,relu] [--steps 200000] [--environments 8]
  [--targets native-avx512,wasm] [--json FILE]`;
const environmentId = 'LunarLander-v3';
const parts = ['learner', 'physics', 'inference', 'sampling', 'insertion'] as const;
type Part = (typeof parts)[number];

interface Plan {
  readonly architecture: ReturnType<typeof parseArchitecture>;
  readonly steps: number;
  readonly environments: number;
  readonly targets: readonly string[];
  readonly json: string | undefined;
}

interface Result {
  readonly target: string;
  readonly seconds: number;
  /** Of the seconds. */
  readonly shares: Readonly<Record<Part | 'rest' | 'clock', number>>;
}

function parsePlan(args: readonly string[]): Plan | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      architecture: { type: 'string', default: '64,relu,64,relu' },
      steps: { type: 'string', default: '200000' },
      environments: { type: 'string', default: '8' },
      targets: { type: 'string', default: 'native-avx512,native-avx2,wasm' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    architecture: parseArchitecture(values.architecture),
    steps: wholeNumber(values, 'steps'),
    environments: wholeNumber(values, 'environments'),
    targets: values.targets.split(','),
    json: values.json,
  };
}

class Clocks {
  /** Milliseconds inside the calls of every part. */
  readonly spent: Record<Part, number> = { learner: 0, physics: 0, inference: 0, sampling: 0, insertion: 0 };
  readings = 0;
}

/** Puts a clock around a method. @returns what takes it away again. */
function watch<Name extends string, Owner extends Record<Name, (...args: never[]) => unknown>>(
  clocks: Clocks,
  part: Part,
  owner: Owner,
  name: Name,
): () => void {
  const method = owner[name];
  function watched(this: Owner, ...args: never[]): unknown {
    const begin = performance.now();
    const out = method.apply(this, args);
    clocks.spent[part] += performance.now() - begin;
    clocks.readings += 2;
    return out;
  }
  Object.assign(owner, { [name]: watched });
  return () => Object.assign(owner, { [name]: method });
}

function watchedKernels(kernels: Kernels, clocks: Clocks): Kernels {
  return {
    ...kernels,
    createLearner(options, maxCount) {
      const learner = kernels.createLearner(options, maxCount);
      watch(clocks, 'learner', learner, 'update');
      watch(clocks, 'inference', learner, 'act');
      return learner;
    },
  };
}

/** Runs a training with a clock around what its replay buffer does. @returns its milliseconds. */
function timeTraining(training: Training, clocks: Clocks): number {
  const release = [
    watch(clocks, 'sampling', ReplayBuffer.prototype, 'sample'),
    watch(clocks, 'insertion', ReplayBuffer.prototype, 'add'),
  ];
  const begin = performance.now();
  while (training.advance(1000));
  const total = performance.now() - begin;
  for (const each of release) each();
  return total;
}

/** Milliseconds that one reading of the clock takes. */
function clockCost(): number {
  const readings = 1_000_000;
  const begin = performance.now();
  for (let i = 0; i < readings; i++) performance.now();
  return (performance.now() - begin) / readings;
}

function profile(backend: Backend, plan: Plan): Result {
  const clocks = new Clocks();
  const hyperparameters = parseDqnHyperparameters({ environments: plan.environments });
  const environment = createVectorEnvironment(environmentId, plan.environments, {}, { backend });
  watch(clocks, 'physics', environment, 'step');
  const training = new Training(watchedKernels(compiledKernels(backend), clocks), environment, {
    architecture: plan.architecture,
    hyperparameters,
    totalSteps: plan.steps,
    seed: 1,
  });
  const total = timeTraining(training, clocks);
  const rest = total - parts.reduce((sum, part) => sum + clocks.spent[part], 0);
  const spent = { ...clocks.spent, rest, clock: clocks.readings * clockCost() };
  const shares = Object.fromEntries(Object.entries(spent).map(([part, time]) => [part, time / total]));
  return { target: backend.target, seconds: total / 1000, shares: shares as Result['shares'] };
}

const columns = [
  { heading: 'target', width: 16, align: 'left' },
  { heading: 'seconds', width: 8, align: 'right' },
  ...[...parts, 'rest', 'of it clock'].map((heading) => ({ heading, width: 12, align: 'right' }) as const),
] as const;

const cellsOf = ({ target, seconds, shares }: Result) => [
  target,
  formatFigure(seconds),
  ...([...parts, 'rest', 'clock'] as const).map((part) => `${(100 * shares[part]).toFixed(1)} %`),
];

/** Entry of `npm run bench -- profile`. */
export function run(args: readonly string[]): void {
  const plan = parsePlan(args);
  if (plan === undefined) {
    console.log(usage);
    return;
  }
  const machine = describeMachine();
  console.log(formatMachine(machine));
  console.log(
    `${environmentId}, ${formatArchitecture(plan.architecture)}, ${plan.environments} environments, ${plan.steps} steps`,
  );
  console.log(formatHeadings(columns));
  const results: Result[] = [];
  for (const backend of listBackends().filter(({ target }) => plan.targets.includes(target))) {
    const result = profile(backend, plan);
    results.push(result);
    console.log(formatRow(columns, cellsOf(result)));
  }
  if (plan.json !== undefined) {
    writeFileSync(plan.json, `${JSON.stringify({ environmentId, ...plan, machine, results }, null, 2)}\n`);
  }
}
