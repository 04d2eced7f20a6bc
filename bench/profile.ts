/**
 * Where the time of a whole training goes: learner, physics, inference, and the rest, which is TypeScript. A clock is
 * read before and after every call to the kernels; what that costs by itself is measured and told.
 */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { parseDqnHyperparameters } from '../src/agents/dqn.ts';
import { Training } from '../src/agents/train.ts';
import type { VectorEnvironment } from '../src/environments/environment.ts';
import { createVectorEnvironment } from '../src/environments/registry.ts';
import type { Backend } from '../src/kernels/backend.ts';
import { compiledKernels } from '../src/kernels/compiled.ts';
import type { Kernels } from '../src/kernels/kernels.ts';
import { listBackends } from '../src/kernels/load.ts';
import { formatArchitecture, parseArchitecture } from '../src/networks/architecture.ts';
import { describeMachine, formatMachine } from './contest/machine.ts';
import { formatFigure, formatHeadings, formatRow } from './contest/table.ts';

export const about = 'where the time of a whole training goes';
const usage = `npm run bench -- profile [--architecture 64,relu,64,relu] [--steps 200000] [--environments 8]
  [--targets native-avx512,wasm] [--json FILE]`;
const environmentId = 'LunarLander-v3';
const parts = ['learner', 'physics', 'inference'] as const;
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
    steps: Number(values.steps),
    environments: Number(values.environments),
    targets: values.targets.split(','),
    json: values.json,
  };
}

/** Milliseconds inside the calls of every part. */
class Clocks {
  readonly spent: Record<Part, number> = { learner: 0, physics: 0, inference: 0 };
  readings = 0;

  /** The same call with a clock around it. */
  around<Args extends readonly unknown[], Out>(part: Part, call: (...args: Args) => Out) {
    const { spent } = this;
    return (...args: Args): Out => {
      const begin = performance.now();
      const out = call(...args);
      spent[part] += performance.now() - begin;
      this.readings += 2;
      return out;
    };
  }
}

function watchedKernels(kernels: Kernels, clocks: Clocks): Kernels {
  return {
    target: kernels.target,
    createPolicy: (shape, maxCount) => kernels.createPolicy(shape, maxCount),
    createSupernet: (options, maxCount) => kernels.createSupernet(options, maxCount),
    createLearner(options, maxCount) {
      const learner = kernels.createLearner(options, maxCount);
      learner.update = clocks.around('learner', learner.update.bind(learner));
      learner.act = clocks.around('inference', learner.act.bind(learner));
      return learner;
    },
  };
}

function watchedEnvironment(environment: VectorEnvironment, clocks: Clocks): VectorEnvironment {
  environment.step = clocks.around('physics', environment.step.bind(environment));
  return environment;
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
  const kernels = watchedKernels(compiledKernels(backend), clocks);
  const training = new Training(kernels, watchedEnvironment(environment, clocks), {
    architecture: plan.architecture,
    hyperparameters,
    totalSteps: plan.steps,
    seed: 1,
  });
  const begin = performance.now();
  while (training.advance(1000));
  const total = performance.now() - begin;
  const { learner, physics, inference } = clocks.spent;
  const rest = total - learner - physics - inference;
  const clock = clocks.readings * clockCost();
  return {
    target: backend.target,
    seconds: total / 1000,
    shares: {
      learner: learner / total,
      physics: physics / total,
      inference: inference / total,
      rest: rest / total,
      clock: clock / total,
    },
  };
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
