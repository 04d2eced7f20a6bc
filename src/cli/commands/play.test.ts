/** `touchdown play`, a process of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, smallTraining } from '../../../test/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-play-'));
const touchdown = (args: readonly string[]) => runCommand(folder, args);
const model = join(folder, 'small.safetensors');
beforeAll(() => {
  touchdown([...smallTraining, '-o', model]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('touchdown play', () => {
  it('films a flight', () => {
    const { status, stdout } = touchdown(['play', model, '--video', 'flight.gif']);
    expect(status).toBe(0);
    expect(stdout).toContain('flight.gif');
    expect(readFileSync(join(folder, 'flight.gif')).subarray(0, 6).toString('latin1')).toBe('GIF89a');
  });

  it('films several agents on the same seeds, side by side', () => {
    const args = ['play', model, 'heuristic', '--side-by-side', '--episodes', '2', '--json'];
    const { status, stdout } = touchdown([...args, '--video', 'beside.gif']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      agents: [model, 'heuristic'],
      episodes: [
        { agent: model, seed: 0 },
        { agent: 'heuristic', seed: 0 },
        { agent: model, seed: 1 },
        { agent: 'heuristic', seed: 1 },
      ],
    });
    const bytes = readFileSync(join(folder, 'beside.gif'));
    expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([604, 476]);
  });
});
