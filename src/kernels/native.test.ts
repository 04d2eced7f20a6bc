import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const disassembler = 'objdump';
const addon = fileURLToPath(new URL('../../build/kernels.node', import.meta.url));

function inspect(...options: readonly string[]): string[] {
  try {
    const text = execFileSync(disassembler, [...options, addon], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    return text.split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${disassembler} is missing (Debian: binutils); the physics is checked with it`, {
      cause: error,
    });
  }
}

/** The functions in a table of symbols: where their code begins and ends, and the C file that they come from. */
function listFunctions(symbols: readonly string[]) {
  const functions = [];
  let file = '';
  for (const line of symbols) {
    const [, start, kind, size, name] = /^([\da-f]+) .{5}(df| F) \S+\t([\da-f]+) +(\S+)$/.exec(line) ?? [];
    if (kind === 'df') file = name;
    if (kind !== ' F') continue;
    const begin = Number.parseInt(start, 16);
    functions.push({ name, file, begin, end: begin + Number.parseInt(size, 16) });
  }
  return functions;
}

// Tables of symbols name the files of functions on Linux only.
describe.skipIf(process.platform !== 'linux' || !existsSync(addon))('The native addon', () => {
  test('has fused multiply-adds in the learner, and none in the physics', () => {
    const functions = listFunctions(inspect('--syms'));
    const fused = inspect('--disassemble', '--no-show-raw-insn').flatMap((line) => {
      const [, address] = /^ *([\da-f]+):\tv?fn?m(?:add|sub|la|ls)/.exec(line) ?? [];
      const at = Number.parseInt(address, 16);
      return functions.filter(({ begin, end }) => begin <= at && at < end);
    });
    expect(functions.map(({ file, name }) => `${file} ${name}`)).toContain('lander.c lander_step');
    expect(new Set(fused.map(({ file }) => file))).toEqual(new Set(['learner.c']));
  });
});
