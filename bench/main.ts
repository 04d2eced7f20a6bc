/**
 * Runs a benchmark by name: `npm run bench -- NAME [option …]`; without a name the brief run of `all`. Every other file
 * of this folder is a benchmark; it exports `about`, one line, and `run`, which gets the rest of the command line.
 */
import { readdirSync } from 'node:fs';

interface Benchmark {
  readonly about: string;
  run(args: readonly string[]): void | Promise<void>;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const load = async (name: string) => (await import(`./${name}.ts`)) as Benchmark;

async function printHelp(): Promise<void> {
  console.log('npm run bench -- [NAME [option …]]      (each has a --help of its own)');
  for (const name of names) console.log(`  ${name.padEnd(14)}${(await load(name)).about}`);
}

async function run(name: string, args: readonly string[]): Promise<void> {
  try {
    await (await load(name)).run(args);
  } catch (error) {
    console.error(`bench ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  console.log(`all, briefly; by name at length: ${names.filter((each) => each !== 'all').join(', ')}`);
  await run('all', []);
} else if (names.includes(name)) {
  await run(name, args);
} else if (name === '--help') {
  await printHelp();
} else {
  console.error(`no benchmark "${name}"; expected one of ${names.join(', ')}`);
  process.exitCode = 1;
}
