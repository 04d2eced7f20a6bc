import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { constructStudy, type StudyShape } from '../../test/constructed-studies.ts';
import { anyDefinition } from '../../test/random-spaces.ts';
import { type Element, elementsOf, readHtml, textOf } from '../../test/read-html.ts';
import { chartedStudy } from '../cli/study-charts.ts';
import type { StudySnapshot } from '../study/storage.ts';
import { resolveStudyFile } from '../study/study-file.ts';
import { studyPage } from './study-page.ts';

const film = { bytes: Uint8Array.from([0, 1, 2, 250]), seed: 5 };

/** Drawing takes a second or two. */
async function write(study: StudySnapshot, iterationSize = 1, command?: string, isRunning = false) {
  const page = await studyPage({ ...chartedStudy(study, iterationSize, 200), film, command, isRunning });
  return { page, document: readHtml(page) };
}

const byId = (document: Element, id: string): Element | undefined =>
  elementsOf(document).find(({ attributes }) => attributes.get('id') === id);

const figureIds = (document: Element): string[] =>
  elementsOf(document, 'figure').flatMap(
    ({ attributes }) => attributes.get('id')?.replace('figure-', '') ?? [],
  );

const verification = { finalists: 3, seeds: 3, episodes: 20, steps: 30_000, control: true };

/** A study of every strategy, with what it leaves behind. */
const shapes: Record<string, StudyShape & { readonly iterationSize?: number }> = {
  enas: {
    configuration: { strategy: { name: 'enas' }, verification },
    trials: { search: 24, final: 20, control: 5 },
    policies: 2,
    iterationSize: 12,
  },
  children: {
    configuration: { strategy: { name: 'children' }, space: 'lunar-lander-quick', verification },
    trials: { search: 20, control: 5 },
    failsEvery: 7,
    policies: 4,
    iterationSize: 5,
  },
  random: {
    configuration: { strategy: { name: 'random' }, space: 'dqn', verification },
    trials: { search: 30 },
  },
  grid: {
    configuration: { strategy: { name: 'grid' }, space: 'lunar-lander-quick' },
    trials: { search: 36 },
  },
  evolution: {
    configuration: { strategy: { name: 'evolution' }, space: 'fully-connected', verification },
    trials: { search: 40, control: 3 },
    failsEvery: 9,
  },
  halving: {
    configuration: { strategy: { name: 'halving' }, verification },
    trials: { search: 13 },
    budgets: [...Array<number>(9).fill(50_000), ...Array<number>(3).fill(150_000), 450_000],
  },
};

describe.each(Object.entries(shapes))(
  'the report of a study of %s',
  (_strategy, { iterationSize, ...shape }) => {
    const study = constructStudy(shape);
    let page: string;
    let document: Element;
    beforeAll(async () => {
      ({ page, document } = await write(study, iterationSize));
    });

    test('has its parts in order, each with a heading, every picture with words, every link with a target', () => {
      const sections = elementsOf(document, 'section');
      expect(sections.map(({ attributes }) => attributes.get('id'))).toEqual([
        'verdict',
        'film',
        'search',
        'space',
        'retraining',
        'trials',
        'record',
      ]);
      for (const section of sections) {
        expect(elementsOf(section, 'h2')).toHaveLength(1);
        expect(byId(document, section.attributes.get('aria-labelledby') ?? '')).toBeDefined();
      }
      expect(elementsOf(document, 'h1').map(textOf).join()).toContain('on LunarLander-v3');
      for (const link of elementsOf(document, 'a')) {
        expect(byId(document, link.attributes.get('href')?.slice(1) ?? '')).toBeDefined();
      }
      const figures = elementsOf(document, 'figure');
      for (const figure of figures) {
        expect(textOf(elementsOf(figure, 'figcaption')[0]).length).toBeGreaterThan(60);
        const pictures = elementsOf(figure).filter(({ name }) => name === 'svg' || name === 'video');
        for (const { attributes } of pictures)
          expect(attributes.get('aria-label')?.length).toBeGreaterThan(30);
        expect(pictures.length).toBe(figure.attributes.has('id') ? 2 : 1);
      }
      const expected = [
        'finalists',
        'search',
        'combinations',
        'choices',
        'sizes',
        'learning',
        'winner',
        'profiles',
      ];
      expect(figureIds(document)).toEqual(
        shape.policies === undefined ? expected : expected.toSpliced(2, 0, 'controller'),
      );
    });

    test('asks for nothing from outside, and allows no other style or script than its own', () => {
      expect(page).not.toMatch(/https?:|url\(|@import|<link|<iframe|<object|\son\w+=|\sstyle=/);
      for (const { attributes } of elementsOf(document)) {
        expect(attributes.get('src') ?? 'data:').toMatch(/^data:/);
        expect(attributes.get('href') ?? '#').toMatch(/^#/);
      }
      const policy = elementsOf(document, 'meta').find(({ attributes }) => attributes.has('http-equiv'));
      const hashes = ['style', 'script'].map((name) => {
        const [own, ...others] = elementsOf(document, name);
        expect(others).toEqual([]);
        const digest = createHash('sha256')
          .update(own.children[0] as string)
          .digest('base64');
        return `${name}-src 'sha256-${digest}'`;
      });
      const rest = ['media-src data:', "base-uri 'none'", "form-action 'none'"];
      expect(policy?.attributes.get('content')).toBe(["default-src 'none'", ...hashes, ...rest].join('; '));
    });

    test('says the verdict, and whether there is a control', () => {
      const verdict = textOf(byId(document, 'verdict') as Element);
      const { winner, control } = study.verdict ?? {};
      expect(winner).toBeDefined();
      expect(verdict).toContain(`${winner?.name} wins`);
      // One of the first finalist's, and of the control's where that is another.
      expect(verdict).toMatch(/[12] retrainings? failed \(training diverged: the loss is NaN\): not drawn/);
      expect(verdict.includes('There is no control')).toBe(control === undefined);
      expect(verdict.includes("of the search's work")).toBe(control !== undefined);
      expect(verdict.includes('andom search with 99.0 % of its work')).toBe(control !== undefined);
    });

    test('has the configuration as a file that gives the same study', () => {
      const [command, configuration] = elementsOf(byId(document, 'record') as Element, 'pre').map(textOf);
      expect(command).toBe('touchdown search study.json');
      expect(resolveStudyFile(JSON.parse(configuration), 'study.json')).toEqual(study.configuration);
    });
  },
);

test('the table has every trial, best first phase by phase, and why the others failed', async () => {
  const study = constructStudy(shapes['children']);
  const { document } = await write(study, 5);
  const rows = elementsOf(byId(document, 'trials') as Element, 'tr').slice(1);
  expect(rows).toHaveLength(25);
  const cells = rows.map((row) =>
    row.children.map((cell) => (typeof cell === 'string' ? cell : textOf(cell))),
  );
  const complete = cells.filter((row) => row[8] === 'complete');
  const scores = (phase: string) => complete.filter((row) => row[1] === phase).map((row) => Number(row[4]));
  for (const phase of ['search', 'control']) {
    expect(scores(phase).length).toBeGreaterThan(2);
    expect(scores(phase)).toEqual(scores(phase).toSorted((a, b) => b - a));
  }
  expect(cells.slice(complete.length).map((row) => row[8])).toEqual(
    Array(3).fill('failed: training diverged: the loss is NaN'),
  );
});

test('of a study of 10,000 trials it shows the best and the worst, says so, and stays small', async () => {
  const configuration = { strategy: { name: 'random', trials: 10_000 }, space: 'fully-connected' } as const;
  const study = constructStudy({ configuration, trials: { search: 10_000 }, failsEvery: 50 });
  const { page, document } = await write(study);
  const trials = byId(document, 'trials') as Element;
  expect(textOf(trials)).toContain(
    "The best 400 and the worst 100 of 10,000 trials; the 9,300 between them are in the study's record only. Of 200 that failed or still run, 100.",
  );
  expect(elementsOf(trials, 'tr')).toHaveLength(601);
  for (const svg of elementsOf(document, 'svg')) expect(elementsOf(svg).length).toBeLessThan(4000);
  expect(page.length).toBeLessThan(2_000_000);
});

const filmText = (document: Element) => textOf(byId(document, 'film') as Element);

describe('a study that did not get to its end', () => {
  const configuration = { strategy: { name: 'random' } } as const;

  test.each([
    ['running', 'its process was killed'],
    ['interrupted', 'was stopped before its end'],
    ['failed', 'failed by an error'],
  ] as const)('is shown as far as it got, and said to be %s', async (state, words) => {
    const study = constructStudy({ configuration, state, trials: { search: 12 }, isVerified: false });
    const { document } = await write(study);
    expect(textOf(document)).toContain(words);
    expect(textOf(document)).toContain('touchdown resume goes on with it');
    expect(textOf(document)).toContain('12 finished trials');
    expect(textOf(byId(document, 'verdict') as Element)).toContain('There is no verdict');
    expect(byId(document, 'film')).toBeUndefined();
    expect(figureIds(document)).toEqual(['search', 'combinations', 'choices', 'sizes']);
  });

  test('is said to run where a process is at it', async () => {
    const study = constructStudy({
      configuration,
      state: 'running',
      trials: { search: 2 },
      isVerified: false,
    });
    const { document } = await write(study, 1, undefined, true);
    expect(textOf(document)).toContain('This study still runs. What follows');
    expect(textOf(document)).not.toContain('resume');
  });

  test('has a report before its first trial, and after one', async () => {
    const none = await write(
      constructStudy({ configuration, state: 'running', trials: {}, isVerified: false }),
    );
    expect(figureIds(none.document)).toEqual([]);
    expect(textOf(none.document)).toContain('There are no trials yet.');
    const one = await write(
      constructStudy({ configuration, state: 'running', trials: { search: 1 }, isVerified: false }),
    );
    expect(figureIds(one.document)).toEqual(['search', 'combinations', 'choices', 'sizes']);
    expect(textOf(one.document)).toContain('All 1 trial, best first.');
  });

  test('without a complete trial says why there is no winner', async () => {
    const study = constructStudy({ configuration, trials: { search: 3 }, failsEvery: 1, isVerified: false });
    const { document } = await write(study);
    expect(textOf(byId(document, 'verdict') as Element)).toContain(
      'No trial completed, so there is no winner.',
    );
    expect(figureIds(document)).toEqual([]);
  });
});

// About a second each: all pictures are drawn twice.
test('of any space, whatever failed and however far it got, a study has a report', async () => {
  const shape = fc.record({
    space: anyDefinition,
    search: fc.integer({ min: 0, max: 30 }),
    control: fc.integer({ min: 0, max: 3 }),
    failsEvery: fc.constantFrom(undefined, 1, 2, 5),
    policies: fc.integer({ min: 0, max: 3 }),
    iterationSize: fc.integer({ min: 1, max: 4 }),
    isVerified: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ space, search, control, failsEvery, iterationSize, ...rest }) => {
      const study = constructStudy({
        configuration: { space, strategy: { name: 'random' } },
        trials: { search, control },
        ...(failsEvery !== undefined && { failsEvery }),
        ...rest,
      });
      const { document } = await write(study, iterationSize);
      const complete = study.trials.filter(({ phase, state }) => phase === 'search' && state === 'complete');
      expect(figureIds(document).includes('sizes')).toBe(complete.length > 0);
      expect(figureIds(document).includes('finalists')).toBe(rest.isVerified && complete.length > 0);
    }),
    { numRuns: 6 },
  );
});

test('names that are HTML are shown as they are', async () => {
  const hostile = `"><script>alert('1')</script><img src=x> &lt;</p>`;
  const space = {
    name: hostile,
    decisions: [
      { kind: 'units', layer: 1, name: hostile, choices: [8, 16] },
      { kind: 'units', layer: 2, choices: [8, 16] },
      { kind: 'activation', layer: 1, choices: ['relu'] },
      { kind: 'activation', layer: 2, choices: ['relu'] },
    ],
  } as const;
  const study = constructStudy({
    configuration: { space, strategy: { name: 'random' } },
    trials: { search: 12 },
    failsEvery: 4,
    error: hostile,
    policies: 2,
  });
  const versions = { touchdown: hostile, node: hostile, kernels: hostile };
  const { document, page } = await write({ ...study, versions }, 1, `touchdown search --space ${hostile}`);
  expect(elementsOf(document, 'script')).toHaveLength(1);
  expect(elementsOf(document, 'img')).toHaveLength(0);
  expect(page).not.toContain(hostile);
  expect(elementsOf(document, 'h1').map(textOf)).toEqual([`${hostile} on LunarLander-v3`]);
  expect(textOf(byId(document, 'trials') as Element)).toContain(`failed: ${hostile}`);
  expect(textOf(byId(document, 'record') as Element)).toContain(`--space ${hostile}`);
  const labels = elementsOf(document, 'svg').map(({ attributes }) => attributes.get('aria-label') ?? '');
  expect(labels.some((label) => label.includes(hostile))).toBe(true);
});

test('the reader of these tests refuses what browsers would mend', () => {
  const page = (body: string) => `<!doctype html>\n<html><body>${body}</body></html>`;
  expect(textOf(readHtml(page('<p>a &amp; b</p>')))).toBe('a & b');
  for (const [body, message] of [
    ['<p>', '</body> closes <p>'],
    ['<p id="a"></p><p id="a"></p>', 'id "a" twice'],
    ['<p class=a></p>', 'not a tag'],
    ['a < b', 'not a tag'],
    ['&nbsp', 'unknown entity'],
    ['<p class="a" class="b"></p>', 'attribute class twice'],
  ]) {
    expect(() => readHtml(page(body))).toThrow(message);
  }
});

test('the film is in the page, byte for byte', async () => {
  const { document } = await write(constructStudy(shapes['grid']));
  const [video] = elementsOf(document, 'video');
  const [kind, data] = (video.attributes.get('src') ?? '').split(',');
  expect(kind).toBe('data:video/mp4;base64');
  expect(new Uint8Array(Buffer.from(data, 'base64'))).toEqual(film.bytes);
  expect(filmText(document)).toContain('on seed 5');
});
