/** Agents flying in the page: real physics, real networks, the bits of Node. An episode lasts a second or so. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/agents/evaluate.ts';
import { createEnvironment, createVectorEnvironment } from '../../src/environments/registry.ts';
import { loadKernels } from '../../src/kernels/load.ts';
import { networkShape } from '../../src/networks/architecture.ts';
import { loadModel } from '../../src/networks/model-file.ts';
import { BrowserTest } from './browser.ts';
import { createStudyWithModel, modelFile } from './studies.ts';

let base: string;
let browser: BrowserTest;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-flight-'));
  await (await createStudyWithModel(join(base, 'study'))).close();
  browser = await BrowserTest.start(base);
});

afterEach(() => browser.leave());

afterAll(async () => {
  await browser.close();
  await rm(base, { recursive: true, force: true });
});

const moving = { reducedMotion: 'no-preference' } as const;

/** What Node makes of the same episodes. */
async function returnsInNode(seeds: readonly number[], options: Readonly<Record<string, unknown>>) {
  const { architecture, inputs, outputs, parameters } = await loadModel(modelFile);
  const policy = loadKernels().createPolicy(networkShape(architecture, inputs, outputs), 1);
  policy.writeParameters(parameters);
  return evaluate(policy, createVectorEnvironment('LunarLander-v3', 1, options), seeds);
}

/** The panel of one flight, when its episode on this seed is over. */
async function flown(lander: Locator, seed: number) {
  const read = () => lander.evaluate((element): Record<string, string> => ({ ...element.dataset }));
  for (;;) {
    const { seed: shown, outcome, return: episodeReturn, step } = await read();
    if (Number(shown) === seed && outcome !== 'flying') {
      return { outcome, episodeReturn: Number(episodeReturn), steps: Number(step) };
    }
    await lander.page().waitForTimeout(30);
  }
}

async function setSeed(page: Page, seed: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name: 'seed' });
  await field.fill(String(seed));
  await field.press('Tab');
}

describe('flying in the page', () => {
  test.each([
    ['without wind', false, ['landed', 'landed', 'landed']],
    ['in the wind', true, ['landed', 'landed', 'landed']],
  ])(
    'the agent lands %s, with the return that Node has to the last bit',
    async (_title, enableWind, landings) => {
      const seeds = [0, 7, 123_456];
      const expected = await returnsInNode(seeds, { enableWind });
      const { page, errors } = await browser.visit('/studies/study', moving);
      await page.getByRole('combobox', { name: 'speed' }).selectOption('8');
      if (enableWind) await page.getByRole('checkbox', { name: 'wind' }).check();
      const outcomes: string[] = [];
      for (const [i, seed] of seeds.entries()) {
        await setSeed(page, seed);
        const { outcome, episodeReturn, steps } = await flown(page.locator('.lander'), seed);
        expect([seed, episodeReturn, steps]).toEqual([seed, expected.returns[i], expected.lengths[i]]);
        outcomes.push(outcome);
      }
      expect(outcomes).toEqual(landings);
      expect(errors).toEqual([]);
    },
  );

  test('an agent can be exchanged for another', async () => {
    const { page } = await browser.visit('/studies/study', moving);
    await page.getByRole('combobox', { name: 'speed' }).selectOption('8');
    await page.getByRole('combobox', { name: 'agent' }).selectOption('scripted');
    await page.locator('.lander h3', { hasText: 'scripted pilot' }).waitFor();
    await setSeed(page, 3);
    const { episodeReturn } = await flown(page.locator('.lander'), 3);
    const [withNetwork] = (await returnsInNode([3], {})).returns;
    expect(episodeReturn).not.toBe(withNetwork);
    await page.getByRole('combobox', { name: 'agent' }).selectOption('trial-0.safetensors');
    await page.getByRole('button', { name: 'Restart' }).click();
    await page.locator('.lander h3', { hasText: 'trial 0' }).waitFor();
    await setSeed(page, 3);
    expect((await flown(page.locator('.lander'), 3)).episodeReturn).toBe(withNetwork);
  });

  test('the visitor flies by keyboard beside the agent, on the same terrain', async () => {
    const seed = 5;
    const environment = createEnvironment('LunarLander-v3');
    environment.reset({ seed });
    let [expected, ended] = [0, false];
    while (!ended) {
      const { reward, terminated, truncated } = environment.step(1);
      expected += reward;
      ended = terminated || truncated;
    }
    const { page, errors } = await browser.visit('/studies/study', moving);
    await setSeed(page, seed);
    await page.getByRole('button', { name: 'Fly against it' }).focus();
    await page.keyboard.press('Enter');
    const [visitor, agent] = [page.getByRole('region', { name: 'You' }), page.locator('.lander').nth(1)];
    await page.getByText('Press an arrow key').waitFor();
    expect(await visitor.getAttribute('data-step')).toBe('0');
    // Held from the first step to the last: the left engine alone.
    await page.keyboard.down('ArrowLeft');
    const mine = await flown(visitor, seed);
    await page.keyboard.up('ArrowLeft');
    expect(mine).toMatchObject({ outcome: 'crashed', episodeReturn: expected });
    expect(await agent.getAttribute('data-seed')).toBe(String(seed));
    const { returns } = await returnsInNode([seed], {});
    expect((await flown(agent, seed)).episodeReturn).toBe(returns[0]);
    await page.getByText('The agent wins').waitFor();
    expect(errors).toEqual([]);
  });
});
