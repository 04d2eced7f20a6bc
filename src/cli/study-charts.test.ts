import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { judge, racerOf } from '../../test/constructed-runs.ts';
import { parseStudyConfiguration } from '../study/configuration.ts';
import type { Racer } from '../study/racing.ts';
import type { StudySnapshot } from '../study/storage.ts';
import { writeStudyCharts } from './study-charts.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-study-charts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A study without trials: with nothing but its race. */
async function draw(name: string, finalists: readonly Racer[], control?: readonly Racer[]) {
  const verdict = judge(finalists, {
    control: control && { work: 1, searchWork: 1, finalists: control },
    ranking: [],
  });
  const study: StudySnapshot = {
    configuration: parseStudyConfiguration({}),
    versions: { touchdown: '1.2.3', node: '24.0.0', kernels: 'wasm' },
    state: 'complete',
    createdAt: '2026-01-01T00:00:00.000Z',
    trials: [],
    policies: [],
    artifacts: [],
    verdict,
  };
  const written = await writeStudyCharts(join(folder, name), study, 1, 200);
  return written.map(({ title, file }) => ({
    title,
    svg: readFileSync(file.replace('.png', '.svg'), 'utf8'),
  }));
}

const good = racerOf('64,relu', 100, [250, 240, 260]);
const bad = racerOf('8,relu', 100, [50, undefined, 40]);

// Charts are drawn for real.
describe('the charts of a race', () => {
  test('all finalists have a row, and their episodes a profile', async () => {
    const [finalists, profiles, ...others] = await draw('plain', [good, bad]);
    expect([finalists.title, profiles.title, others]).toEqual(['finalists', 'profiles', []]);
    for (const { svg } of [finalists, profiles]) {
      expect(svg).toContain('64,relu');
      expect(svg).toContain('8,relu');
    }
    expect(finalists.svg).toContain('250.0 [240.0, 260.0]');
  });

  test('beside a control the winner stands against the control’s, also where they are the same', async () => {
    const [finalists, profiles] = await draw('controlled', [bad, good], [good]);
    for (const text of ['8,relu', '64,relu', '64,relu (control)']) expect(finalists.svg).toContain(text);
    expect(profiles.svg).toContain('64,relu (control)');
    expect(profiles.svg).not.toContain('>8,relu');
  });

  test('a race whose runs all failed has none', async () => {
    expect(await draw('failed', [racerOf('8,relu', 100, [undefined])])).toEqual([]);
  });
});
