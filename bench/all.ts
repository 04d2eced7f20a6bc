/** The benchmarks of speed one after another, briefly: what the machine does in about five minutes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { run as environments } from './environments.ts';
import { run as learner } from './learner.ts';
import { run as profile } from './profile.ts';
import { run as runs } from './runs.ts';
import { run as updates } from './updates.ts';

export const about = 'the benchmarks of speed one after another, briefly: what runs without a name';
const usage = 'npm run bench -- all [--json FILE]      (each of them takes options of its own, and longer)';

interface Benchmark {
  readonly name: string;
  readonly run: (args: readonly string[]) => void | Promise<void>;
  /** Its arguments for being brief. */
  readonly args: readonly string[];
}

const benchmarks: readonly Benchmark[] = [
  { name: 'learner', run: learner, args: ['--seconds', '0.2'] },
  { name: 'environments', run: environments, args: ['--rounds', '3', '--seconds', '0.3'] },
  { name: 'updates', run: updates, args: ['--rounds', '3', '--seconds', '0.2'] },
  { name: 'profile', run: profile, args: ['--steps', '100000'] },
  { name: 'runs', run: runs, args: ['--seeds', '3', '--peer-seeds', '1', '--limit', '30'] },
];

/** Entry of `npm run bench -- all`. */
export async function run(args: readonly string[]): Promise<void> {
  const options = { json: { type: 'string' }, help: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) {
    console.log(usage);
    return;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'touchdown-bench-'));
  const report: Record<string, unknown> = {};
  try {
    for (const benchmark of benchmarks) {
      console.log(`\n# ${[benchmark.name, ...benchmark.args].join(' ')}`);
      const file = path.join(folder, `${benchmark.name}.json`);
      await benchmark.run([...benchmark.args, '--json', file]);
      report[benchmark.name] = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    }
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
