/** `touchdown report` as a stranger meets it, on a study of a few seconds. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../test/command.ts';
import { elementsOf, readHtml, textOf } from '../../test/read-html.ts';

const folder = mkdtempSync(join(tmpdir(), 'touchdown-report-'));
const study = join(folder, 'study');

const touchdown = (...args: readonly string[]) => runCommand(folder, args);

const search =
  'search --space lunar-lander-quick --strategy random --trials 3 -n 1500 --finalists 2 --seed 6 ' +
  '--verification-seeds 2 --verification-timesteps 1500 --verification-episodes 5 --study study';

let searched: ReturnType<typeof touchdown>;
beforeAll(() => {
  searched = touchdown(...search.split(' '));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const charts = [
  'choices',
  'combinations',
  'finalists',
  'learning',
  'profiles',
  'search',
  'sizes',
  'winner',
].flatMap((name) => [`${name}.png`, `${name}.svg`]);

test('a search ends with its report, which has the winner, its film and the command that repeats it', () => {
  expect(searched.status).toBe(0);
  expect(searched.stdout).toMatch(/report +study\/report.html/);
  expect(readdirSync(join(study, 'charts')).toSorted()).toEqual(charts);
  const document = readHtml(readFileSync(join(study, 'report.html'), 'utf8'));
  const [, winner] = /winner +(\S+) /.exec(searched.stdout) ?? [];
  expect(textOf(document)).toContain(`${winner} wins`);
  const [video] = elementsOf(document, 'video');
  const [, film] = (video.attributes.get('src') ?? '').split(',');
  expect(Buffer.from(film, 'base64')).toEqual(readFileSync(join(study, 'winner.mp4')));
  expect(textOf(document)).toContain(
    'touchdown search --preset quick --seed 6 --strategy random --trials 3 --total-timesteps 1500 ' +
      '--verification-seeds 2 --verification-timesteps 1500 --verification-episodes 5',
  );
});

test('the report of a study that is there is made again, byte for byte, with charts and film', () => {
  const before = readFileSync(join(study, 'report.html'), 'utf8');
  for (const name of ['report.html', 'winner.mp4', 'charts']) rmSync(join(study, name), { recursive: true });
  const { status, stdout } = touchdown('report', 'study');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /state +complete[^]*film +study\/winner.mp4\n +report +study\/report.html \(\d+ KiB\)/,
  );
  expect(readdirSync(join(study, 'charts')).toSorted()).toEqual(charts);
  expect(readFileSync(join(study, 'report.html'), 'utf8')).toBe(before);
});

test('a report goes where it is told to, and overwrites nothing there unasked', () => {
  writeFileSync(join(folder, 'mine.html'), 'mine');
  const refused = touchdown('report', 'study', '-o', 'mine.html');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/"mine.html" exists already; expected a new name, or --overwrite/);
  expect(readFileSync(join(folder, 'mine.html'), 'utf8')).toBe('mine');
  const { stdout } = touchdown('report', 'study', '-o', 'mine.html', '--overwrite', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ report: 'mine.html', state: 'complete' });
  expect(readFileSync(join(folder, 'mine.html'), 'utf8')).toContain('<!doctype html>');
});

test('a folder without a study is refused, and nothing is left behind', () => {
  const { status, stderr } = touchdown('report', 'nothing', '-o', 'new/report.html');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^touchdown: no study in ".*nothing"; expected a folder with study.db\n$/);
  expect(existsSync(join(folder, 'new'))).toBe(false);
});
