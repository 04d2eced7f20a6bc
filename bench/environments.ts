/**
 * How fast LunarLander steps with random actions: on every kernel target, and beside it the same work in Gymnasium and
 * in Box2D's own C++ without Python, where they are installed. All of them get the same actions, and they take turns,
 * so that they meet the same machine. Figures are medians over the rounds, of processor time, so that other programs
 * count as little as they can. Box2D in C++ is let in only when its episodes are ours, bit for bit (of Gymnasium's
 * `fidelity` tells that).
 */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createVectorEnvironment } from '../src/environments/registry.ts';
import { listBackends } from '../src/kernels/load.ts';
import { RandomStream } from '../src/random/random-stream.ts';
import { median } from '../src/statistics/sample.ts';
import { describeMachine, formatMachine } from './contest/machine.ts';
import { formatFigure, formatHeadings, formatRatio, formatRow } from './contest/table.ts';
import { type Contestant, checkTurns, takeTurns, type Turns } from './contest/turns.ts';
import { type Box2d, prepareBox2d } from './peers/box2d.ts';
import { Peer, peerHint } from './peers/python.ts';

export const about = 'LunarLander steps per second, beside Gymnasium and Box2D in C++';
const usage = `npm run bench -- environments [--counts 1,8,16,64] [--rounds 5] [--seconds 0.5] [--json FILE]`;
const environmentId = 'LunarLander-v3';
const stepsPerLook = 10;

interface Plan extends Turns {
  readonly counts: readonly number[];
  readonly json: string | undefined;
}

/** Who else does the work. */
interface Peers {
  readonly box2d: Box2d | undefined;
  readonly gymnasium: Peer | undefined;
}

/** Measures steps per second of processor time. */
interface Entrant extends Contestant {
  readonly name: string;
  readonly kind: 'ours' | keyof Peers;
}

interface Result {
  readonly name: string;
  readonly environments: number;
  readonly stepsPerSecond: number;
  /** The slowest and the fastest round. */
  readonly spread: readonly [number, number];
  /** How many times as fast as these it is, with as many environments. */
  readonly ratioToBox2d: number | undefined;
  readonly ratioToGymnasium: number | undefined;
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
  checkTurns(plan);
  return plan;
}

function ownEntrants(count: number): Entrant[] {
  const random = new RandomStream(0);
  const actions = Array.from({ length: 1000 }, () =>
    Int32Array.from({ length: count }, () => random.integers(0, 4)),
  );
  return listBackends().map((backend) => {
    const environment = createVectorEnvironment(environmentId, count, {}, { backend });
    environment.reset(Array.from({ length: count }, (_, i) => i));
    return {
      name: `touchdown ${backend.target}`,
      kind: 'ours',
      measure(seconds) {
        let steps = 0;
        const end = performance.now() + 1000 * seconds;
        const begin = process.cpuUsage();
        do {
          for (let i = 0; i < stepsPerLook; i++) environment.step(actions[steps++ % actions.length]);
        } while (performance.now() < end);
        const { user, system } = process.cpuUsage(begin);
        return (1e6 * steps * count) / (user + system);
      },
    };
  });
}

async function gymnasiumEntrant(peer: Peer, count: number): Promise<Entrant> {
  const { way } = (await peer.ask({ ask: 'prepare', count })) as { readonly way: string };
  return {
    name: `Gymnasium, ${way}`,
    kind: 'gymnasium',
    async measure(seconds) {
      const answer = await peer.ask({ ask: 'speed', count, seconds });
      return (answer as { readonly stepsPerSecond: number }).stepsPerSecond;
    },
  };
}

async function compete(plan: Plan, count: number, { box2d, gymnasium }: Peers): Promise<Result[]> {
  const entrants = ownEntrants(count);
  if (box2d) {
    const measure = (seconds: number) => box2d.measure(count, seconds);
    entrants.push({ name: 'Box2D in C++, plain loop', kind: 'box2d', measure });
  }
  if (gymnasium) entrants.push(await gymnasiumEntrant(gymnasium, count));
  const rates = await takeTurns(entrants, plan);
  const medians = rates.map(median);
  const ratio = (i: number, kind: keyof Peers) => {
    const reference = entrants.findIndex((entrant) => entrant.kind === kind);
    return reference < 0 ? undefined : medians[i] / medians[reference];
  };
  return entrants.map(({ name }, i) => ({
    name,
    environments: count,
    stepsPerSecond: medians[i],
    spread: [Math.min(...rates[i]), Math.max(...rates[i])],
    ratioToBox2d: ratio(i, 'box2d'),
    ratioToGymnasium: ratio(i, 'gymnasium'),
  }));
}

const columns = [
  { heading: 'environments', width: 12, align: 'right' },
  { heading: 'who', width: 38, align: 'left' },
  { heading: 'steps/s', width: 11, align: 'right' },
  { heading: 'slowest – fastest', width: 23, align: 'right' },
  { heading: 'to Box2D C++', width: 12, align: 'right' },
  { heading: 'to Gymnasium', width: 12, align: 'right' },
] as const;

const cellsOf = (result: Result) => [
  String(result.environments),
  result.name,
  formatFigure(result.stepsPerSecond),
  result.spread.map(formatFigure).join(' – '),
  ...[result.ratioToBox2d, result.ratioToGymnasium].map((ratio) =>
    ratio === undefined ? '–' : formatRatio(ratio),
  ),
];

/** Entry of `npm run bench -- environments`. */
export async function run(args: readonly string[]): Promise<void> {
  const plan = parsePlan(args);
  if (plan === undefined) {
    console.log(usage);
    return;
  }
  const machine = describeMachine();
  const gymnasium = Peer.start('gymnasium_environments.py');
  try {
    console.log(`${environmentId}, random actions, one core, ${plan.rounds} rounds of ${plan.seconds} s`);
    console.log(formatMachine(machine));
    const prepared = prepareBox2d();
    const peers = { box2d: typeof prepared === 'string' ? undefined : prepared, gymnasium };
    const versions = {
      gymnasium: await gymnasium?.ask({ ask: 'versions' }),
      box2d: peers.box2d?.versions,
    };
    console.log(
      gymnasium ? `beside ${JSON.stringify(versions.gymnasium)}` : peerHint("'gymnasium[box2d]==1.3.0'"),
    );
    console.log(typeof prepared === 'string' ? prepared : `beside ${JSON.stringify(prepared.versions)}`);
    console.log(formatHeadings(columns));
    const results: Result[] = [];
    for (const count of plan.counts) {
      const batch = await compete(plan, count, peers);
      for (const result of batch) console.log(formatRow(columns, cellsOf(result)));
      results.push(...batch);
    }
    if (plan.json !== undefined) {
      const report = { environmentId, ...plan, machine, versions, results };
      writeFileSync(plan.json, `${JSON.stringify(report, null, 2)}\n`);
    }
  } finally {
    gymnasium?.stop();
  }
}
