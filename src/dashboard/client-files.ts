/** The page's own files, which the install step built: read once, and nothing else is ever served by its path. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

export interface ClientFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

const names = [
  'dashboard/index.html',
  'dashboard/client.js',
  'dashboard/client.css',
  'dashboard/favicon.svg',
  'kernels.wasm',
  'kernels-portable.wasm',
];

/** The page that every address of the dashboard shows. */
export const pageName = 'index.html';

/** By the last part of their names. @throws Error when the install step did not build one. */
export async function readClientFiles(): Promise<ReadonlyMap<string, ClientFile>> {
  const read = async (name: string) => {
    try {
      const bytes = new Uint8Array(await readFile(new URL(`../../build/${name}`, import.meta.url)));
      return [name.replace('dashboard/', ''), { type: types[extname(name)], bytes }] as const;
    } catch {
      throw new Error(`build/${name} is missing; expected it from the install step: run "npm run install"`);
    }
  };
  return new Map(await Promise.all(names.map(read)));
}
