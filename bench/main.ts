/**
 * Runs a benchmark by name: `npm run bench -- NAME [option …]`. Every other file of this folder is one; it exports
 * `run`, which gets the rest of the command line.
 */
import { readdirSync } from 'node:fs';

interface Benchmark {
  run(args: readonly string[]): void | Promise<void>;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const [name, ...args] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  try {
    await ((await import(`./${name}.ts`)) as Benchmark).run(args);
  } catch (error) {
    console.error(`bench ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
} else {
  const seen = name === undefined ? 'no benchmark named' : `no benchmark "${name}"`;
  console.error(`${seen}; expected one of ${names.join(', ')}`);
  process.exitCode = 1;
}
