/**
 * How fast LunarLander steps with random actions: on every kernel target, and beside it the same work in Gymnasium
 * where it is installed. Ours and theirs take turns, so that both meet the same machine; every figure is the median
 * of the rounds.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createVectorEnvironment } from '../src/environments/registry.ts';
import { listBackends } from '../src/kernels/load.ts';
import { RandomStream } from '../src/random/random-stream.ts';
import { Peer, peerHint } from './peers/python.ts';

const usage = `npm run bench -- environments [--counts 1,8,16,64] [--rounds 5] [--seconds 0.5] [--json FILE]`;
const environmentId = 'LunarLander-v3';

interface Plan {
  readonly counts: readonly number[];
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
  readonly json: string | undefined;
}

interface Contestant {
  readonly name: string;
  readonly count: number;
  /** Environment steps per second, measured for so long. */
  readonly measure: (seconds: number) => number | Promise<number>;
}

interface Result {
  readonly name: string;
  readonly count: number;
  readonly stepsPerSecond: number;
  /** To the peer with as many environments. */
  readonly ratio: number | undefined;
}

function parsePlan(args: readonly string[]): Plan | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      counts: { type: 'string', default: '1,8,16,64' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '0.5' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const plan = {
    counts: values.counts.split(',').map(Number),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    json: values.json,
  };
  if (!(plan.rounds >= 1 && plan.seconds > 0)) {
    throw new RangeError(`${values.rounds} rounds of ${values.seconds} seconds; expected more of both`);
  }
  return plan;
}

function ownContestants(count: number): Contestant[] {
  return listBackends().map((backend) => {
    const environment = createVectorEnvironment(environmentId, count, {}, { backend });
    environment.reset(Array.from({ length: count }, (_, i) => i));
    const random = new RandomStream(0);
    const actions = Array.from({ length: 1000 }, () =>
      Int32Array.from({ length: count }, () => random.integers(0, 4)),
    );
    return {
      name: backend.target,
      count,
      measure(seconds) {
        let steps = 0;
        let elapsed = 0;
        for (
          const begin = performance.now();
          elapsed < seconds;
          elapsed = (performance.now() - begin) / 1000
        ) {
          for (let i = 0; i < 10; i++) environment.step(actions[steps++ % actions.length]);
        }
        return (steps * count) / elapsed;
      },
    };
  });
}

function peerContestant(peer: Peer, count: number): Contestant {
  return {
    name: 'Gymnasium',
    count,
    async measure(seconds) {
      const answer = await peer.ask({ ask: 'speed', count, seconds });
      return (answer as { readonly stepsPerSecond: number }).stepsPerSecond;
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

async function compete(plan: Plan, count: number, peer: Peer | undefined): Promise<Result[]> {
  const contestants = ownContestants(count);
  if (peer) contestants.push(peerContestant(peer, count));
  const figures = contestants.map((): number[] => []);
  for (const { measure } of contestants) await measure(plan.seconds / 5); // warms up
  for (let round = 0; round < plan.rounds; round++) {
    for (const [i, { measure }] of contestants.entries()) figures[i].push(await measure(plan.seconds));
  }
  const medians = figures.map(median);
  const reference = peer ? medians.at(-1) : undefined;
  return contestants.map(({ name }, i) => ({
    name,
    count,
    stepsPerSecond: medians[i],
    ratio: reference === undefined ? undefined : medians[i] / reference,
  }));
}

const row = (cells: readonly string[]) =>
  cells.map((cell, i) => (i === 1 ? cell.padEnd(18) : cell.padStart(12))).join('  ');

const cellsOf = ({ count, name, stepsPerSecond, ratio }: Result) => [
  String(count),
  name,
  Math.round(stepsPerSecond).toLocaleString('en-GB'),
  ratio === undefined ? '–' : `${ratio.toFixed(1)} x`,
];

/** Entry of `npm run bench -- environments`. */
export async function run(args: readonly string[]): Promise<void> {
  const plan = parsePlan(args);
  if (plan === undefined) {
    console.log(usage);
    return;
  }
  const peer = Peer.start('gymnasium_environments.py');
  try {
    const versions = await peer?.ask({ ask: 'versions' });
    const machine = { cpu: cpus()[0].model, node: process.version, peer: versions };
    console.log(`${environmentId}, random actions, one core of ${machine.cpu}, Node ${machine.node}`);
    console.log(versions ? `beside ${JSON.stringify(versions)}` : peerHint("'gymnasium[box2d]==1.3.0'"));
    console.log(row(['environments', 'target', 'steps/s', 'ratio']));
    const results: Result[] = [];
    for (const count of plan.counts) {
      const batch = await compete(plan, count, peer);
      for (const result of batch) console.log(row(cellsOf(result)));
      results.push(...batch);
    }
    if (plan.json !== undefined) {
      writeFileSync(plan.json, `${JSON.stringify({ environmentId, ...plan, machine, results }, null, 2)}\n`);
    }
  } finally {
    peer?.stop();
  }
}
