/**
 * Whole trainings on LunarLander-v3, from the start to an average of 200 over 100 episodes: ours, Stable-Baselines3's
 * DQN and a single-file DQN in PyTorch after CleanRL's design, with the same settings and on one thread. One seed
 * after another, all of them in turn. How soon a seed is solved is luck: seconds per 100,000 steps leave it out. CPU seconds are those that a process
 * really ran, all its threads together, whatever else the machine did.
 */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type DqnHyperparameters, parseDqnHyperparameters } from '../src/agents/dqn.ts';
import { Training } from '../src/agents/train.ts';
import { createVectorEnvironment } from '../src/environments/registry.ts';
import type { Kernels } from '../src/kernels/kernels.ts';
import { loadKernels } from '../src/kernels/load.ts';
import { parseArchitecture } from '../src/networks/architecture.ts';
import { median } from '../src/statistics/sample.ts';
import { describeMachine, formatMachine } from './contest/machine.ts';
import { wholeNumber } from './contest/options.ts';
import { formatFigure, formatHeadings, formatRatio, formatRow } from './contest/table.ts';
import { Peer, peerHint } from './peers/python.ts';

export const about = 'whole trainings to an average of 200, beside Stable-Baselines3 and PyTorch';
const usage = `npm run bench -- runs [--seeds 5] [--peer-seeds 2] [--steps 500000] [--limit 300] [--json FILE]
  --peer-seeds  how many of the seeds the others train on, too
  --limit       CPU seconds after which one of their trainings is stopped`;
const environmentId = 'LunarLander-v3';
const widths = [64, 64];
const peerEntries = [
  { name: 'Stable-Baselines3 DQN', script: 'stable_baselines3_runs.py' },
  { name: 'single-file PyTorch', script: 'pytorch_runs.py' },
] as const;

interface Plan {
  readonly seeds: number;
  readonly peerSeeds: number;
  readonly steps: number;
  readonly limit: number;
  readonly json: string | undefined;
}

/** What one training came to. */
interface Outcome {
  readonly steps: number;
  readonly updates: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly solved: boolean;
  readonly averageReturn: number;
}

interface Result extends Outcome {
  readonly name: string;
  readonly seed: number;
}

interface Trainer {
  readonly name: string;
  train(seed: number): Outcome | Promise<Outcome>;
}

function parsePlan(args: readonly string[]): Plan | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '5' },
      'peer-seeds': { type: 'string', default: '2' },
      steps: { type: 'string', default: '500000' },
      limit: { type: 'string', default: '300' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    seeds: wholeNumber(values, 'seeds'),
    peerSeeds: wholeNumber(values, 'peer-seeds', 0),
    steps: wholeNumber(values, 'steps'),
    limit: wholeNumber(values, 'limit'),
    json: values.json,
  };
}

function ownTrainer(kernels: Kernels, hyperparameters: DqnHyperparameters, totalSteps: number): Trainer {
  const architecture = parseArchitecture(widths.map((width) => `${width},relu`).join(','));
  return {
    name: `touchdown ${kernels.target}`,
    train(seed) {
      const begin = performance.now();
      const cpuBegin = process.cpuUsage();
      const environment = createVectorEnvironment(environmentId, hyperparameters.environments);
      const spec = { architecture, hyperparameters, totalSteps, seed, stopWhenSolved: true };
      const training = new Training(kernels, environment, spec);
      while (training.advance(1000));
      const seconds = (performance.now() - begin) / 1000;
      const { user, system } = process.cpuUsage(cpuBegin);
      const cpuSeconds = (user + system) / 1e6;
      const { step, updates, solvedAt, averageReturn = NaN } = training.progress;
      return { steps: step, updates, seconds, cpuSeconds, solved: solvedAt !== undefined, averageReturn };
    },
  };
}

function peerTrainer(name: string, peer: Peer, settings: DqnHyperparameters, plan: Plan): Trainer {
  const { steps, limit } = plan;
  return {
    name,
    train: async (seed) =>
      (await peer.ask({ ask: 'train', seed, steps, widths, settings, cpuSeconds: limit })) as Outcome,
  };
}

const columns = [
  { heading: 'who', width: 26, align: 'left' },
  { heading: 'seed', width: 6, align: 'right' },
  { heading: 'steps', width: 9, align: 'right' },
  { heading: 'updates', width: 9, align: 'right' },
  { heading: 'average', width: 8, align: 'right' },
  { heading: 'seconds to 200', width: 14, align: 'right' },
  { heading: 'CPU seconds', width: 11, align: 'right' },
  { heading: 'per 100,000 steps', width: 17, align: 'right' },
] as const;

const cpuPer100k = ({ cpuSeconds, steps }: Outcome) => (cpuSeconds / steps) * 100_000;

const cellsOf = (result: Result) => [
  result.name,
  String(result.seed),
  result.steps.toLocaleString('en-GB'),
  result.updates.toLocaleString('en-GB'),
  result.averageReturn.toFixed(1),
  result.solved ? formatFigure(result.seconds) : `not in ${formatFigure(result.seconds)}`,
  formatFigure(result.cpuSeconds),
  formatFigure(cpuPer100k(result)),
];

interface Summary {
  readonly name: string;
  readonly trainings: number;
  /** Trainings that came to 200. */
  readonly solved: number;
  /** Medians; to 200 of the solved trainings. Without any they are undefined. */
  readonly secondsTo200: number | undefined;
  readonly cpuSecondsTo200: number | undefined;
  readonly cpuSecondsPer100k: number;
}

function summarise(name: string, results: readonly Result[]): Summary {
  const solved = results.filter((result) => result.solved);
  const any = solved.length > 0;
  return {
    name,
    trainings: results.length,
    solved: solved.length,
    secondsTo200: any ? median(solved.map(({ seconds }) => seconds)) : undefined,
    cpuSecondsTo200: any ? median(solved.map(({ cpuSeconds }) => cpuSeconds)) : undefined,
    cpuSecondsPer100k: median(results.map(cpuPer100k)),
  };
}

/** The figure, and how many times ours it is. */
function compare(theirs: number | undefined, ours: number | undefined): string {
  if (theirs === undefined) return 'none';
  return `${formatFigure(theirs)} (${ours === undefined ? '–' : formatRatio(theirs / ours)})`;
}

const summaryColumns = [
  { heading: 'medians', width: 26, align: 'left' },
  { heading: 'came to 200', width: 12, align: 'right' },
  { heading: 'seconds to 200', width: 18, align: 'right' },
  { heading: 'CPU seconds to 200', width: 18, align: 'right' },
  { heading: 'per 100,000 steps', width: 18, align: 'right' },
] as const;

const summaryCells = (summary: Summary, ours: Summary) => [
  summary.name,
  `${summary.solved} of ${summary.trainings}`,
  compare(summary.secondsTo200, ours.secondsTo200),
  compare(summary.cpuSecondsTo200, ours.cpuSecondsTo200),
  compare(summary.cpuSecondsPer100k, ours.cpuSecondsPer100k),
];

async function compete(plan: Plan, own: Trainer, peers: readonly Trainer[]): Promise<Result[]> {
  const results: Result[] = [];
  console.log(formatHeadings(columns));
  for (let seed = 1; seed <= plan.seeds; seed++) {
    for (const trainer of seed <= plan.peerSeeds ? [own, ...peers] : [own]) {
      const result = { name: trainer.name, seed, ...(await trainer.train(seed)) };
      results.push(result);
      console.log(formatRow(columns, cellsOf(result)));
    }
  }
  return results;
}

/** Entry of `npm run bench -- runs`. */
export async function run(args: readonly string[]): Promise<void> {
  const plan = parsePlan(args);
  if (plan === undefined) {
    console.log(usage);
    return;
  }
  // Huber's, for Stable-Baselines3 has no other loss.
  const hyperparameters = parseDqnHyperparameters({ loss: 'huber' });
  const machine = describeMachine();
  const trainers: Trainer[] = [];
  const peers: Peer[] = [];
  const versions: Record<string, unknown> = {};
  try {
    for (const { name, script } of peerEntries) {
      const peer = Peer.start(script);
      if (peer === undefined) continue;
      peers.push(peer);
      Object.assign(versions, await peer.ask({ ask: 'versions' }));
      trainers.push(peerTrainer(name, peer, hyperparameters, plan));
    }
    console.log(`${environmentId}, ${widths.join('-')} relu, one thread, at most ${plan.steps} steps`);
    console.log(formatMachine(machine));
    console.log(peers.length > 0 ? JSON.stringify(versions) : peerHint('-r bench/peers/requirements.txt'));
    console.log(`${JSON.stringify(hyperparameters)}\n`);
    const own = ownTrainer(loadKernels(), hyperparameters, plan.steps);
    const results = await compete(plan, own, trainers);
    const summaries = [own, ...trainers].map(({ name }) =>
      summarise(
        name,
        results.filter((result) => result.name === name),
      ),
    );
    console.log(formatHeadings(summaryColumns));
    for (const summary of summaries) {
      console.log(formatRow(summaryColumns, summaryCells(summary, summaries[0])));
    }
    if (plan.json !== undefined) {
      const report = { environmentId, ...plan, hyperparameters, machine, versions, results, summaries };
      writeFileSync(plan.json, `${JSON.stringify(report, null, 2)}\n`);
    }
  } finally {
    for (const peer of peers) peer.stop();
  }
}
