/**
 * One Double-DQN update, ours and theirs: gather a minibatch from the replay, target network and Q-network on s',
 * Q-network on s, Huber loss, backward pass, Adam, soft target update. All begin with the same parameters and go
 * through the same minibatches; whose first losses are not ours is not let in. They take turns; figures are medians, of CPU
 * time, so that other programs count as little as they can (but of time by the clock for more than one thread).
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BackendTarget } from '../src/kernels/backend.ts';
import { listBackends } from '../src/kernels/load.ts';
import { median } from '../src/statistics/sample.ts';
import { describeMachine, formatMachine } from './contest/machine.ts';
import { formatFigure, formatHeadings, formatRatio, formatRow } from './contest/table.ts';
import { type Contestant, takeTurns, type Turns } from './contest/turns.ts';
import { Peer, peerHint } from './peers/python.ts';
import { batchSize, createTask, TaskLearner, type UpdateTask, writeTask } from './peers/update-task.ts';

export const about = 'one Double-DQN update, beside PyTorch and ONNX Runtime';
const usage = `npm run bench -- updates [--networks 64-64,…] [--rounds 7] [--seconds 0.5] [--targets native-avx512,wasm]
  [--json FILE]`;
const defaultNetworks = '64-64,128-128,256-256,1024-1024,2048-2048,256-256-256';
/** Without a multiply-add instruction; about a hundred times slower. */
const emulated: ReadonlySet<BackendTarget> = new Set(
  process.arch === 'x64' ? ['native-baseline', 'wasm-portable'] : ['wasm-portable'],
);
/** Single precision, sums in another order. */
const lossTolerance = 1e-3;

interface PeerEntry {
  readonly name: string;
  readonly script: string;
  readonly mode: 'eager' | 'compiled';
  readonly threads: number;
}

const peerEntries: readonly PeerEntry[] = [
  { name: 'PyTorch, 1 thread', script: 'pytorch_updates.py', mode: 'eager', threads: 1 },
  { name: 'PyTorch, 2 threads', script: 'pytorch_updates.py', mode: 'eager', threads: 2 },
  { name: 'torch.compile, 1 thread', script: 'pytorch_updates.py', mode: 'compiled', threads: 1 },
  { name: 'ONNX Runtime, 1 thread', script: 'onnx_updates.py', mode: 'eager', threads: 1 },
];

interface Plan extends Turns {
  readonly networks: readonly (readonly number[])[];
  readonly targets: readonly string[] | undefined;
  readonly json: string | undefined;
}

interface Entrant extends Contestant {
  readonly name: string;
}

interface Result {
  readonly network: string;
  readonly name: string;
  readonly microseconds: number;
  /** The fastest and the slowest round. */
  readonly spread: readonly [number, number];
  /** How often our fastest target's time fits into this one's. */
  readonly ratio: number;
}

function parsePlan(args: readonly string[]): Plan | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      networks: { type: 'string', default: defaultNetworks },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '0.5' },
      targets: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    networks: values.networks.split(',').map((network) => network.split('-').map(Number)),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    targets: values.targets?.split(','),
    json: values.json,
  };
}

function ownEntrants(
  task: UpdateTask,
  targets: Plan['targets'],
): { entrants: Entrant[]; losses: readonly number[] } {
  const backends = listBackends().filter(({ target }) => targets?.includes(target) ?? !emulated.has(target));
  const learners = backends.map((backend) => ({
    name: `touchdown ${backend.target}`,
    learner: new TaskLearner(backend, 1, task),
  }));
  const shared = { name: `${learners[0].name}, 2 threads`, learner: new TaskLearner(backends[0], 2, task) };
  learners.splice(1, 0, shared);
  return {
    entrants: learners.map(({ name, learner }) => ({ name, measure: (seconds) => learner.measure(seconds) })),
    losses: learners[0].learner.losses,
  };
}

/** @throws Error when a peer's losses show that it does something else. */
function checkLosses(name: string, theirs: readonly number[], ours: readonly number[]): void {
  for (const [i, loss] of ours.entries()) {
    if (Math.abs(theirs[i] - loss) > lossTolerance * Math.abs(loss)) {
      throw new Error(`${name}: the loss of update ${i} is ${theirs[i]}; expected ${loss}, as ours`);
    }
  }
}

async function peerEntrant(
  { name, mode, threads }: PeerEntry,
  peer: Peer,
  folder: string,
  losses: readonly number[],
): Promise<Entrant> {
  const answer = await peer.ask({ ask: 'prepare', folder, mode, threads });
  checkLosses(name, (answer as { readonly losses: readonly number[] }).losses, losses);
  return {
    name,
    async measure(seconds) {
      const { microseconds } = (await peer.ask({ ask: 'speed', seconds })) as {
        readonly microseconds: number;
      };
      return microseconds;
    },
  };
}

async function compete(
  plan: Plan,
  widths: readonly number[],
  peers: ReadonlyMap<PeerEntry, Peer>,
): Promise<Result[]> {
  const task = createTask(widths);
  const { entrants, losses } = ownEntrants(task, plan.targets);
  const files = writeTask(task);
  try {
    for (const [entry, peer] of peers) entrants.push(await peerEntrant(entry, peer, files.folder, losses));
    const times = await takeTurns(entrants, plan);
    const medians = times.map(median);
    return entrants.map(({ name }, i) => ({
      network: widths.join('-'),
      name,
      microseconds: medians[i],
      spread: [Math.min(...times[i]), Math.max(...times[i])],
      ratio: medians[i] / medians[0],
    }));
  } finally {
    files.remove();
  }
}

const columns = [
  { heading: 'network', width: 12, align: 'left' },
  { heading: 'who', width: 34, align: 'left' },
  { heading: 'µs/update', width: 10, align: 'right' },
  { heading: 'fastest – slowest', width: 20, align: 'right' },
  { heading: 'ratio', width: 9, align: 'right' },
] as const;

const cellsOf = ({ network, name, microseconds, spread, ratio }: Result) => [
  network,
  name,
  formatFigure(microseconds),
  spread.map(formatFigure).join(' – '),
  formatRatio(ratio),
];

async function startPeers(): Promise<{ peers: Map<PeerEntry, Peer>; versions: Record<string, unknown> }> {
  const peers = new Map<PeerEntry, Peer>();
  const versions: Record<string, unknown> = {};
  for (const entry of peerEntries) {
    const peer = Peer.start(entry.script);
    if (peer === undefined) continue;
    peers.set(entry, peer);
    Object.assign(versions, await peer.ask({ ask: 'versions' }));
  }
  return { peers, versions };
}

/** Entry of `npm run bench -- updates`. */
export async function run(args: readonly string[]): Promise<void> {
  const plan = parsePlan(args);
  if (plan === undefined) {
    console.log(usage);
    return;
  }
  const machine = describeMachine();
  const { peers, versions } = await startPeers();
  try {
    console.log(
      `one Double-DQN update of ${batchSize} transitions, ${plan.rounds} rounds of ${plan.seconds} s`,
    );
    console.log(formatMachine(machine));
    console.log(
      peers.size > 0
        ? `beside ${JSON.stringify(versions)}: preallocated tensors, no_grad for the target, fused Adam, foreach lerp`
        : peerHint('-r bench/peers/requirements.txt'),
    );
    console.log(formatHeadings(columns));
    const results: Result[] = [];
    for (const widths of plan.networks) {
      const batch = await compete(plan, widths, peers);
      for (const result of batch) console.log(formatRow(columns, cellsOf(result)));
      results.push(...batch);
    }
    if (plan.json !== undefined) {
      writeFileSync(
        plan.json,
        `${JSON.stringify({ ...plan, batchSize, machine, versions, results }, null, 2)}\n`,
      );
    }
  } finally {
    for (const peer of peers.values()) peer.stop();
  }
}
