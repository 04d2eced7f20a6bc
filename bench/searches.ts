/**
 * The trials of a random search over two-layer networks: by Optuna over Stable-Baselines3's DQN, which is what people
 * would put together instead, and by ours. Optuna proposes; both train what it proposed, one trial after the other in
 * turns, on one thread with the same settings, and both play greedy episodes. CPU seconds are those that a process
 * really ran, whatever else the machine did. With so few trials the scores say no more than that both learn.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type DqnHyperparameters, parseDqnHyperparameters } from '../src/agents/dqn.ts';
import { validationSeeds } from '../src/agents/seeds.ts';
import { InlineExecutor } from '../src/execution/inline.ts';
import { RandomStream } from '../src/random/random-stream.ts';
import { mean } from '../src/statistics/sample.ts';
import { describeMachine, formatMachine } from './contest/machine.ts';
import { wholeNumber } from './contest/options.ts';
import { formatFigure, formatHeadings, formatRatio, formatRow } from './contest/table.ts';
import { Peer, peerHint } from './peers/python.ts';

export const about = 'trials of a search, beside Optuna over Stable-Baselines3';
const usage = `npm run bench -- searches [--trials 3] [--steps 100000] [--episodes 20] [--seed 1] [--json FILE]
  --steps     environment steps per trial
  --episodes  greedy episodes that score it`;
const environmentId = 'LunarLander-v3';
const units = [64, 128, 256];

interface Plan {
  readonly trials: number;
  readonly steps: number;
  readonly episodes: number;
  readonly seed: number;
}

/** What one trial came to. */
interface Outcome {
  readonly score: number;
  readonly cpuSeconds: number;
}

interface Result {
  readonly widths: readonly number[];
  readonly ours: Outcome;
  readonly theirs: Outcome;
}

async function runOurs(
  executor: InlineExecutor,
  hyperparameters: DqnHyperparameters,
  widths: readonly number[],
  { steps, episodes }: Plan,
  random: RandomStream,
): Promise<Outcome> {
  const { user, system } = process.cpuUsage();
  const result = await executor.run(
    {
      environment: { id: environmentId, options: {} },
      architecture: widths.map((width) => `${width},relu`).join(','),
      hyperparameters,
      totalSteps: steps,
      stopWhenSolved: false,
      seed: random.integers(0, 2 ** 32),
      evaluationSeeds: validationSeeds(random, episodes),
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  if (result.state === 'failed') throw new Error(`the trial of ${widths.join('-')} failed: ${result.error}`);
  const now = process.cpuUsage();
  return { score: mean([...result.returns]), cpuSeconds: (now.user - user + now.system - system) / 1e6 };
}

const columns = [
  { heading: 'trial', width: 5, align: 'right' },
  { heading: 'layers', width: 8, align: 'left' },
  { heading: 'ours: score', width: 11, align: 'right' },
  { heading: 'CPU s', width: 7, align: 'right' },
  { heading: 'Optuna + SB3: score', width: 19, align: 'right' },
  { heading: 'CPU s', width: 7, align: 'right' },
  { heading: 'ratio', width: 7, align: 'right' },
] as const;

const cellsOf = (trial: string, layers: string, ours: Outcome, theirs: Outcome) => [
  trial,
  layers,
  ours.score.toFixed(1),
  formatFigure(ours.cpuSeconds),
  theirs.score.toFixed(1),
  formatFigure(theirs.cpuSeconds),
  formatRatio(theirs.cpuSeconds / ours.cpuSeconds),
];

async function compete(plan: Plan, peer: Peer, hyperparameters: DqnHyperparameters): Promise<Result[]> {
  const { trials, steps, episodes, seed } = plan;
  const executor = new InlineExecutor();
  const random = new RandomStream(seed);
  const results: Result[] = [];
  console.log(formatHeadings(columns));
  for (let trial = 1; trial <= trials; trial++) {
    const { widths } = (await peer.ask({ ask: 'propose', seed, units })) as Pick<Result, 'widths'>;
    const ours = await runOurs(executor, hyperparameters, widths, plan, random.fork(`trial ${trial}`));
    const theirs = (await peer.ask({ ask: 'run', steps, episodes, settings: hyperparameters })) as Outcome;
    results.push({ widths, ours, theirs });
    console.log(formatRow(columns, cellsOf(String(trial), widths.join('-'), ours, theirs)));
  }
  await executor.close();
  return results;
}

const total = (outcomes: readonly Outcome[]): Outcome => ({
  score: mean(outcomes.map(({ score }) => score)),
  cpuSeconds: outcomes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
});

/** Entry of `npm run bench -- searches`. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      trials: { type: 'string', default: '3' },
      steps: { type: 'string', default: '100000' },
      episodes: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const plan = {
    trials: wholeNumber(values, 'trials'),
    steps: wholeNumber(values, 'steps'),
    episodes: wholeNumber(values, 'episodes'),
    seed: wholeNumber(values, 'seed', 0),
  };
  const peer = Peer.start('optuna_searches.py');
  if (peer === undefined) throw new Error(peerHint('-r bench/peers/requirements.txt'));
  try {
    const machine = describeMachine();
    const versions = await peer.ask({ ask: 'versions' });
    // Huber's, for Stable-Baselines3 has no other loss.
    const hyperparameters = parseDqnHyperparameters({ loss: 'huber' });
    console.log(`${environmentId}, two layers of relu, ${plan.steps} steps per trial, one thread`);
    console.log(`${formatMachine(machine)}\n${JSON.stringify(versions)}\n`);
    const results = await compete(plan, peer, hyperparameters);
    const ours = total(results.map((result) => result.ours));
    const theirs = total(results.map((result) => result.theirs));
    console.log(formatRow(columns, cellsOf('all', '', ours, theirs)));
    if (values.json !== undefined) {
      const report = { environmentId, ...plan, hyperparameters, machine, versions, results };
      writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    }
  } finally {
    peer.stop();
  }
}
