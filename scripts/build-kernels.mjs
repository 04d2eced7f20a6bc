// Builds native/ into build/: kernels.wasm and kernels-portable.wasm by clang in WebAssembly (no system compiler
// needed) and, where the machine has a C compiler, kernels.node with one copy of the kernels for every instruction set.
// Plain JavaScript: it runs at install time, under whatever Node the machine has.
import { execFile } from 'node:child_process';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const sources = path.join(root, 'native');
const output = path.join(root, 'build');

// No contraction: physics must round every operation on its own; the learner asks for its fused ones by name.
const common = [
  '-std=gnu11',
  '-O3',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-Wall',
  '-Wextra',
  '-Wno-psabi',
];

// Every instruction set has an object of the lander and one of the learner. Without the instructions for it, no
// compiler fuses in the physics; AVX-512 always has them, and GCC 12.2 uses them in vectors that it makes itself, in
// spite of -ffp-contract=off (its bug 107647). The lander's vectors are written out.
const landerFlags = ['-fno-tree-vectorize', '-fno-tree-slp-vectorize'];
const avx512 = ['-mavx512f', '-mavx512dq', '-mavx512vl', '-mavx512bw', '-mprefer-vector-width=512'];
const nativeTargets = {
  x64: {
    baseline: { lander: landerFlags, learner: [] },
    avx2: { lander: [...landerFlags, '-mavx2'], learner: ['-mavx2', '-mfma'] },
    avx512: {
      lander: [...landerFlags, '-mavx2', ...avx512],
      learner: ['-mavx2', '-mfma', ...avx512],
    },
  },
  arm64: { baseline: { lander: landerFlags, learner: [] } },
};

const wasmCompile = [
  ...common,
  '--target=wasm32',
  '-msimd128',
  '-mbulk-memory',
  '-ffreestanding',
  '-Inative',
  '-c',
];

const wasmLink = [
  '--target=wasm32',
  '-nostdlib',
  '-Wl,--no-entry',
  '-Wl,--import-memory',
  '-Wl,--export=__heap_base',
  '-Wl,-z,stack-size=262144',
  '-Wl,--strip-debug',
];

/** @param {string} folder @returns {Promise<Record<string, unknown>>} the sources as a tree of files */
async function readTree(folder) {
  /** @type {Record<string, unknown>} */
  const tree = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) tree[entry.name] = await readTree(full);
    else if (/\.[ch]$/.test(entry.name)) tree[entry.name] = await readFile(full, 'utf8');
  }
  return tree;
}

/** Writes a file under its final name only when it is whole. @param {string} name @param {Uint8Array} bytes */
async function publish(name, bytes) {
  const temporary = path.join(output, `${name}.${process.pid}.tmp`);
  await writeFile(temporary, bytes);
  await rename(temporary, path.join(output, name));
}

// The fast learner needs relaxed SIMD, whose multiply-add fuses where the hardware can; the portable one makes the
// same bits without. Physics must not depend on the machine in any bit, and clang makes relaxed instructions of
// ordinary C where it may: the lander goes without.
const wasmObjects = {
  'lander.o': ['native/lander.c'],
  'learner.o': ['native/learner.c', '-mrelaxed-simd'],
  'learner-portable.o': ['native/learner.c', '-DTOUCHDOWN_EMULATED_FMA=1'],
};

const wasmModules = {
  'kernels.wasm': ['lander.o', 'learner.o'],
  'kernels-portable.wasm': ['lander.o', 'learner-portable.o'],
};

/** @returns {Promise<typeof import('@yowasp/clang') | undefined>} clang in WebAssembly, if it is installed */
async function loadWasmCompiler() {
  const compiler = await import('@yowasp/clang').catch(() => undefined);
  await compiler?.runLLVM(undefined, undefined, { fetchProgress: () => {} }); // loads its parts without talking
  return compiler;
}

/**
 * Runs clang on a tree of files and adds what it makes to the tree.
 * @param {typeof import('@yowasp/clang')} compiler
 * @param {import('@yowasp/clang').Tree} files
 * @param {string} name
 * @param {readonly string[]} flags
 */
async function makeWasm(compiler, files, name, flags) {
  let messages = '';
  const decoder = new TextDecoder();
  /** @param {Uint8Array | null} bytes */
  const stderr = (bytes) => {
    messages += bytes === null ? '' : decoder.decode(bytes, { stream: true });
  };
  try {
    const made = await compiler.commands.clang([...flags, '-o', name], files, { stderr });
    files[name] = /** @type {Uint8Array} */ (made?.[name]);
    if (messages !== '') process.stderr.write(messages);
  } catch (error) {
    throw new Error(`the WebAssembly kernels do not compile:\n${messages || String(error)}`, {
      cause: error,
    });
  }
}

async function buildWasm() {
  const compiler = await loadWasmCompiler();
  if (!compiler) {
    const names = Object.keys(wasmModules);
    const shipped = await Promise.all(names.map((name) => access(path.join(output, name)))).then(
      () => true,
      () => false,
    );
    if (shipped) return 'prebuilt WebAssembly';
    throw new Error(`@yowasp/clang is not installed and build/ has no prebuilt ${names.join(' and ')}`);
  }
  const files = /** @type {import('@yowasp/clang').Tree} */ ({ native: await readTree(sources) });
  for (const [name, flags] of Object.entries(wasmObjects)) {
    await makeWasm(compiler, files, name, [...wasmCompile, ...flags]);
  }
  for (const [name, objects] of Object.entries(wasmModules)) {
    await makeWasm(compiler, files, name, [...wasmLink, ...objects]);
    await publish(name, /** @type {Uint8Array} */ (files[name]));
  }
  return 'WebAssembly';
}

/** @returns {Promise<string | undefined>} the C compiler of this machine */
async function findCompiler() {
  for (const name of [process.env['CC'], 'cc', 'gcc', 'clang']) {
    if (!name) continue;
    if (
      await run(name, ['--version']).then(
        () => true,
        () => false,
      )
    )
      return name;
  }
  return undefined;
}

/**
 * Physics must not fuse, whatever the compiler thinks of its flags: looks at the instructions, where there is a
 * disassembler. (src/kernels/native.test.ts looks at those of the finished addon.)
 * @param {readonly string[]} objects
 */
async function refuseFused(objects) {
  for (const object of objects) {
    const dump = await run('objdump', ['-d', object], { maxBuffer: 2 ** 28 }).catch((error) => {
      if (!process.env['TOUCHDOWN_STRICT_BUILD']) return undefined;
      if (error.code !== 'ENOENT') throw error;
      throw new Error('objdump is missing (Debian: binutils); a strict build needs it to check the physics');
    });
    const [, fused] = /\t(v?fn?m(?:add|sub|la|ls)\S*)/.exec(dump?.stdout ?? '') ?? [];
    if (fused)
      throw new Error(`${path.basename(object)} has ${fused}; expected no fused operation in the physics`);
  }
}

async function buildAddon() {
  const targets = nativeTargets[/** @type {'x64' | 'arm64'} */ (process.arch)];
  if (!targets || process.platform === 'win32')
    return `no native kernels for ${process.platform}-${process.arch}; WebAssembly serves`;
  if (process.env['TOUCHDOWN_SKIP_NATIVE'])
    return 'native kernels skipped (TOUCHDOWN_SKIP_NATIVE); WebAssembly serves';
  const compiler = await findCompiler();
  if (!compiler) return 'no C compiler found (cc, gcc, clang or $CC); WebAssembly serves';
  // @ts-expect-error the package has no types
  const { include_dir: headers } = (await import('node-api-headers')).default;
  const scratch = path.join(output, `objects.${process.pid}`);
  await mkdir(scratch, { recursive: true });
  try {
    const compile = [...common, '-fPIC', '-fvisibility=hidden', '-I', sources, '-c'];
    /** @type {string[]} */
    const objects = [];
    /** @type {Promise<{ stderr: string }>[]} */
    const jobs = [];
    for (const part of ['addon', 'crew']) {
      const object = path.join(scratch, `${part}.o`);
      objects.push(object);
      jobs.push(
        run(compiler, [...compile, '-pthread', '-I', headers, path.join(sources, `${part}.c`), '-o', object]),
      );
    }
    for (const [target, parts] of Object.entries(targets)) {
      for (const [part, flags] of Object.entries(parts)) {
        const name = `${part}_${target}`;
        const object = path.join(scratch, `${name}.o`);
        objects.push(object);
        const source = path.join(sources, `${part}.c`);
        jobs.push(run(compiler, [...compile, ...flags, `-DTOUCHDOWN_TABLE=${name}`, source, '-o', object]));
      }
    }
    for (const { stderr } of await Promise.all(jobs)) if (stderr) process.stderr.write(stderr);
    await refuseFused(objects.filter((object) => path.basename(object).startsWith('lander')));
    const library = path.join(scratch, 'kernels.node');
    const link = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
    await run(compiler, [...link, '-pthread', ...objects, '-lm', '-ldl', '-o', library]);
    await publish('kernels.node', await readFile(library));
    return `native (${Object.keys(targets).join(', ')})`;
  } catch (error) {
    if (process.env['TOUCHDOWN_STRICT_BUILD']) throw error;
    const reason = String(/** @type {{ stderr?: string }} */ (error).stderr || error)
      .split('\n')
      .find((line) => /error/i.test(line));
    return `the native kernels do not compile with ${compiler} (${reason ?? 'no reason given'}); WebAssembly serves`;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

await mkdir(output, { recursive: true });
await rm(path.join(output, 'kernels.node'), { force: true });
try {
  const built = await Promise.all([buildWasm(), buildAddon()]);
  console.log(`touchdown kernels: ${built.join(' · ')}`);
} catch (error) {
  console.error(`touchdown: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
