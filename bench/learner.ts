/**
 * How near the learner comes to what one core can do: microseconds per update on every target, beside the time that
 * its multiply-adds take at the core's peak and the time that its parameters take through the memory they lie in; and
 * microseconds per call that acts.
 */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { compiledKernels } from '../src/kernels/compiled.ts';
import {
  activations,
  type Kernels,
  type Learner,
  type NetworkShape,
  parameterCount,
} from '../src/kernels/kernels.ts';
import { listBackends } from '../src/kernels/load.ts';
import { RandomStream } from '../src/random/random-stream.ts';
import { describeMachine, formatMachine } from './contest/machine.ts';
import { type Column, formatFigure, formatHeadings, formatRow } from './contest/table.ts';
import { measureBandwidth, measurePeak } from './machine/limits.ts';

export const about = "microseconds per update and per choice of actions, beside this core's limits";
const usage = `npm run bench -- learner [--sizes 64-64,256-256,…] [--targets native-avx512,wasm,…] [--batch 64]
  [--activation relu] [--threads 1] [--seconds 1] [--json FILE]`;
const sizes = '8-16,64-64,128-128,256-256,1024-64,64-1024,1024-1024,2048-2048,256-256-256';
const replayCapacity = 100_000;
const inputs = 8;
const outputs = 4;
/** Observations per call that acts. */
const counts = [1, 8, 64] as const;
/** The shortest window that is timed; the best of them is the one that other programs disturbed least. */
const windowMilliseconds = 4;

interface Result {
  readonly target: string;
  readonly size: string;
  /** Per update. */
  readonly microseconds: number;
  readonly gigaflops: number;
  /** Microseconds that the multiply-adds take at the core's peak, and the parameters through memory; if known. */
  readonly computeBound: number | undefined;
  readonly memoryBound: number | undefined;
  /** Microseconds per call of `act`, by observations. */
  readonly acting: Readonly<Record<number, number>>;
}

function shapeOf(size: string, name: string): NetworkShape {
  const activation = activations.find((known) => known === name);
  if (!activation) throw new RangeError(`--activation ${name}; expected ${activations.join(', ')}`);
  const layers = size.split('-').map((units) => ({ units: Number(units), activation }));
  return { inputs, layers, outputs };
}

function createLearner(kernels: Kernels, shape: NetworkShape, batchSize: number): Learner {
  const random = new RandomStream(0);
  const fill = (array: Float32Array, size: number) => array.map(() => random.uniform(-size, size));
  const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const learner = kernels.createLearner(
    { shape, batchSize, replayCapacity, gamma: 0.99, tau: 0.005, loss: 'huber', adam },
    counts[counts.length - 1],
  );
  const widest = Math.max(...shape.layers.map(({ units }) => units));
  const parameters = fill(new Float32Array(parameterCount(learner.shape)), 1 / Math.sqrt(widest));
  learner.write('parameters', parameters);
  learner.write('target', parameters);
  learner.replay.observations.set(fill(learner.replay.observations, 1));
  learner.replay.nextObservations.set(fill(learner.replay.nextObservations, 1));
  learner.replay.rewards.set(fill(learner.replay.rewards, 1));
  random.fillIndices(learner.replay.actions, outputs);
  return learner;
}

/** Microseconds of processor time so far: unlike the clock's, other programs hardly add to it. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Microseconds per call: the best window. @param now microseconds so far. */
function time(call: () => void, seconds: number, now: () => number): number {
  let best = Infinity;
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    const begin = now();
    const windowEnd = performance.now() + windowMilliseconds;
    let calls = 0;
    while (performance.now() < windowEnd) {
      call();
      calls += 1;
    }
    best = Math.min(best, (now() - begin) / calls);
  }
  return best;
}

/** Every update gets a fresh minibatch, out of so many that the caches don't know its transitions. */
function timeUpdates(learner: Learner, seconds: number, now: () => number): number {
  const random = new RandomStream(1);
  const batches = Array.from({ length: 4096 }, () => new Int32Array(learner.options.batchSize));
  for (const batch of batches) random.fillIndices(batch, replayCapacity);
  let next = 0;
  return time(() => learner.update(batches[next++ % batches.length], 1e-4), seconds, now);
}

function timeActing(learner: Learner, seconds: number, now: () => number): Record<number, number> {
  const most = counts[counts.length - 1];
  const observations = learner.replay.observations.slice(0, most * inputs);
  const actions = new Int32Array(most);
  return Object.fromEntries(
    counts.map((count) => [count, time(() => learner.act(observations, count, actions), seconds / 4, now)]),
  );
}

/** Weights of every layer, input to output. */
function weightCounts({ layers }: NetworkShape): number[] {
  const units = [inputs, ...layers.map((layer) => layer.units), outputs];
  return units.slice(1).map((count, index) => count * units[index]);
}

/** Floating-point operations of one update: of a weight three in forward passes, two backward (one in the first layer). */
function operations(shape: NetworkShape, batchSize: number): number {
  return weightCounts(shape).reduce(
    (sum, weights, index) => sum + 2 * batchSize * weights * (index > 0 ? 5 : 4),
    0,
  );
}

/** Microseconds that a network's numbers take through memory: three times to read, once to update all four of them. */
function memoryTime(
  shape: NetworkShape,
  bandwidth: { readonly reading: number; readonly updating: number },
): number {
  const bytes = 4 * weightCounts(shape).reduce((sum, weights) => sum + weights, 0);
  return (3 * bytes) / bandwidth.reading / 1000 + (8 * bytes) / bandwidth.updating / 1000;
}

const columns: readonly Column[] = [
  { heading: 'target', width: 15, align: 'left' },
  { heading: 'hidden', width: 11, align: 'left' },
  { heading: 'µs/update', width: 9, align: 'right' },
  { heading: 'GFLOP/s', width: 7, align: 'right' },
  { heading: 'compute bound µs', width: 16, align: 'right' },
  { heading: 'memory bound µs', width: 15, align: 'right' },
  { heading: 'bound/update', width: 12, align: 'right' },
  ...counts.map((count) => ({ heading: `µs/act on ${count}`, width: 12, align: 'right' as const })),
];

function cellsOf(result: Result): string[] {
  const { target, size, microseconds, gigaflops, computeBound, memoryBound, acting } = result;
  const bound = Math.max(computeBound ?? 0, memoryBound ?? 0);
  return [
    target,
    size,
    formatFigure(microseconds),
    formatFigure(gigaflops),
    ...[computeBound, memoryBound].map((limit) => (limit === undefined ? '–' : formatFigure(limit))),
    bound === 0 ? '–' : `${((100 * bound) / microseconds).toFixed(0)} %`,
    ...counts.map((count) => formatFigure(acting[count])),
  ];
}

/** @param args see `usage`. */
export function run(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: sizes },
      targets: { type: 'string' },
      batch: { type: 'string', default: '64' },
      activation: { type: 'string', default: 'relu' },
      threads: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '1' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const [batch, seconds, threads] = [values.batch, values.seconds, values.threads].map(Number);
  const now = threads > 1 ? () => 1000 * performance.now() : processorTime;
  const machine = describeMachine();
  console.log(
    `Double DQN, batch ${batch}, ${values.activation}, ${inputs} inputs, ${outputs} actions, ${threads > 1 ? `${threads} threads, by the clock` : 'one core'}; act: greedy actions for ${counts.join(', ')} observations`,
  );
  console.log(formatMachine(machine));
  console.log(formatHeadings(columns));
  const results: Result[] = [];
  const wanted = values.targets?.split(',');
  for (const backend of listBackends().filter(({ target }) => !wanted || wanted.includes(target))) {
    const peak = measurePeak(backend.target);
    for (const size of values.sizes.split(',')) {
      const shape = shapeOf(size, values.activation);
      const learner = createLearner(compiledKernels(backend, threads), shape, batch);
      const bandwidth = measureBandwidth(backend.target, 16 * parameterCount(shape));
      const microseconds = timeUpdates(learner, seconds, now);
      const work = operations(shape, batch) / 1000;
      results.push({
        target: backend.target,
        size,
        microseconds,
        gigaflops: work / microseconds,
        computeBound: peak && work / peak,
        memoryBound: bandwidth && memoryTime(shape, bandwidth),
        acting: timeActing(learner, seconds, now),
      });
      console.log(formatRow(columns, cellsOf(results[results.length - 1])));
    }
  }
  if (values.json)
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine, batch, activation: values.activation, threads, results }, null, 2)}\n`,
    );
}
