/** Data in files that people write as a module: TypeScript, with the types stripped, or JavaScript. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../errors/message-of.ts';

const extensions = ['.ts', '.mts', '.js', '.mjs'];

/** Whether a text names a module. */
export const isModuleFile = (text: string): boolean => extensions.includes(extname(text).toLowerCase());

/** The library beside this file, in TypeScript in development and in JavaScript in the built package. */
const library = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href;

/** Imports of the package mean this very copy of it, wherever the file lies and whatever is installed there. */
function importWithLibrary(url: string): Promise<unknown> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'touchdown' ? { url: library, shortCircuit: true } : next(specifier, context),
  });
  return import(url).finally(() => hooks.deregister());
}

/**
 * What a file exports by default.
 * @param what names the file in errors: `study "a.ts"`.
 * @throws RangeError in one line where it can't be read or run, or exports nothing by default.
 */
export async function importDataFile(path: string, what: string): Promise<unknown> {
  if (!existsSync(path)) throw new RangeError(`cannot read ${what}: it does not exist`);
  let module: unknown;
  try {
    module = await importWithLibrary(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new RangeError(`cannot run ${what}: ${messageOf(error)}`, { cause: error });
  }
  const { default: content } = module as { readonly default?: unknown };
  if (content === undefined) {
    throw new RangeError(`${what} has no default export; expected export default defineStudy({ … })`);
  }
  return content;
}
