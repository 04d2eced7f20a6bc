/**
 * Other tools to measure against, in a Python of their own: TOUCHDOWN_PEER_PYTHON, or `.venv-peers` in the root of
 * the repository.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.join(import.meta.dirname, '../..');

/** @throws Error when TOUCHDOWN_PEER_PYTHON names no file. @returns undefined where there is no such Python. */
export function findPython(): string | undefined {
  const named = process.env['TOUCHDOWN_PEER_PYTHON'];
  if (named !== undefined && !existsSync(named)) {
    throw new Error(`TOUCHDOWN_PEER_PYTHON is "${named}"; expected the path of a Python`);
  }
  const own = path.join(root, '.venv-peers/bin/python');
  return named ?? (existsSync(own) ? own : undefined);
}

/** A script of this folder that answers every line of JSON with one. */
export class Peer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  private constructor(python: string, script: string) {
    this.#process = spawn(python, [path.join(import.meta.dirname, script)]);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    this.#process.on('error', (error) => {
      this.#errors += error.message;
    });
    this.#process.stdin.on('error', () => {}); // the missing answer tells it
  }

  /** @returns undefined where there is no Python for peers. */
  static start(script: string): Peer | undefined {
    const python = findPython();
    return python === undefined ? undefined : new Peer(python, script);
  }

  /** @throws Error with the last line of what the script complained about. */
  async ask(question: unknown): Promise<unknown> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) {
      throw new Error(`the peer failed: ${this.#errors.trim().split('\n').at(-1) ?? 'it said nothing'}`);
    }
    return JSON.parse(line.value) as unknown;
  }

  stop(): void {
    this.#process.stdin.end();
  }
}

/** What to say instead of a comparison. */
export const peerHint = (packages: string) =>
  `no peer to compare with: python3 -m venv .venv-peers && .venv-peers/bin/pip install ${packages}`;
