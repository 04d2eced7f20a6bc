import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testVectorEnvironment } from '../../test/contracts/vector-environment.ts';
import { HashedEpisode, readHashes, readTraces, traceNames } from '../../test/lander-traces.ts';
import type { Backend } from '../kernels/backend.ts';
import { listBackends } from '../kernels/load.ts';
import { RandomStream } from '../random/random-stream.ts';
import type { VectorEnvironment } from './environment.ts';
import { pilotThrust } from './heuristic.ts';
import { createEnvironment, createVectorEnvironment } from './registry.ts';

const backends = listBackends();

/** Seeds of the lines of a hash file whose episode came out otherwise. */
function differingSeeds(file: 0 | 1 | 2, backend: Backend): number[] {
  const lines = readHashes(file);
  const lanes = 50;
  const environment = createVectorEnvironment('LunarLander-v3', lanes, {}, { backend });
  const seeds = Array.from({ length: lanes }, (_, lane) => lane);
  const episodes = seeds.map((seed) => new HashedEpisode(file, seed));
  const actions = new Int32Array(lanes);
  const row = (rows: Float32Array, lane: number) => rows.subarray(8 * lane, 8 * lane + 8);
  const differing: number[] = [];
  environment.reset(seeds);
  for (let next = lanes, left = lines.length; left > 0; ) {
    for (let lane = 0; lane < lanes; lane++)
      actions[lane] = episodes[lane].act(row(environment.observations, lane));
    environment.step(actions);
    for (let lane = 0; lane < lanes; lane++) {
      if (seeds[lane] >= lines.length) continue;
      episodes[lane].record(row(environment.finalObservations, lane), environment.rewards[lane]);
      const terminated = environment.terminated[lane] === 1;
      if (!terminated && environment.truncated[lane] === 0) continue;
      if (!episodes[lane].isLine(lines[seeds[lane]], terminated)) differing.push(seeds[lane]);
      left--;
      seeds[lane] = next++;
      episodes[lane] = new HashedEpisode(file, seeds[lane]);
      environment.resetAt(lane, seeds[lane]);
    }
  }
  return differing;
}

describe.each(backends.map((backend) => [backend.target, backend] as const))(
  'LunarLander on %s',
  (_, backend) => {
    test.each(traceNames)('repeats the ten episodes of %s bit for bit', (name) => {
      for (const episode of readTraces(name)) {
        const id = episode.continuous ? 'LunarLanderContinuous-v3' : 'LunarLander-v3';
        const environment = createEnvironment(id, { enableWind: episode.wind }, { backend });
        const observations = [environment.reset({ seed: episode.seed }).observation];
        const rewards = [];
        const terminated = [];
        for (const action of episode.actions) {
          const result = environment.step(action);
          observations.push(result.observation);
          rewards.push(result.reward);
          terminated.push(result.terminated);
        }
        expect(observations).toEqual(episode.observations);
        expect(rewards).toEqual([...episode.rewards]);
        expect(terminated).toEqual(rewards.map((__, i) => i === episode.steps - 1 && episode.terminated));
      }
    });

    // 60,000 to 140,000 steps a file: up to two seconds on a slow core in WebAssembly.
    test.each([
      ['random', 0],
      ['piloted', 1],
      ['mixed', 2],
    ] as const)('repeats 500 %s episodes bit for bit', (__, file) => {
      expect(differingSeeds(file, backend)).toEqual([]);
    });
  },
);

describe.each([
  ['LunarLander-v3', {}],
  ['LunarLander-v3', { enableWind: true, gravity: -6.5, maxEpisodeSteps: 70 }],
  ['LunarLanderContinuous-v3', { enableWind: true, windPower: 20, turbulencePower: 2 }],
  ['LunarLander-v2', { enableWind: true }],
] as const)('%s with %o', (id, options) => {
  const [name] = backends;
  testVectorEnvironment({
    name: `${id} on ${name.target}`,
    create: (count) => createVectorEnvironment(id, count, options),
  });
});

describe('the state of LunarLander', () => {
  const play = (environment: VectorEnvironment, steps: number, seed: number) => {
    const random = new RandomStream(seed);
    const outcomes = [];
    for (let i = 0; i < steps; i++) {
      environment.step(Int32Array.of(random.integers(0, 4)));
      outcomes.push([...environment.observations, ...environment.rewards]);
    }
    return outcomes;
  };

  test('is the same bytes on every target, and goes from one to another', () => {
    const environments = backends.map((backend) =>
      createVectorEnvironment('LunarLander-v3', 1, { enableWind: true }, { backend }),
    );
    const [first] = environments;
    for (const environment of environments) environment.reset([1]);
    for (let n = 0; n < 30; n++) {
      const outcomes = environments.map((environment) => play(environment, 25, n));
      for (const [i, environment] of environments.entries()) {
        expect(outcomes[i]).toEqual(outcomes[0]);
        expect(Buffer.compare(environment.save(0), first.save(0))).toBe(0);
        environment.restore(0, environments[(i + 1) % environments.length].save(0));
      }
    }
  });

  test('can be saved on the ground, in the middle of sliding and bouncing', () => {
    const environment = createEnvironment('LunarLander-v3', { enableWind: true });
    const noticed = new Set<string>();
    const random = new RandomStream(4);
    environment.reset({ seed: 4 });
    for (let n = 0; n < 3000; n++) {
      const state = environment.save();
      const action = random.integers(0, 4);
      const result = environment.step(action);
      noticed.add(`${result.observation[6]}${result.observation[7]}${result.terminated}`);
      const after = environment.save();
      environment.restore(state);
      expect(environment.step(action)).toEqual(result);
      expect(Buffer.compare(environment.save(), after)).toBe(0);
      if (result.terminated || result.truncated) environment.reset();
    }
    expect(noticed.size).toBeGreaterThan(4);
  });

  test('belongs to its options, and says so', () => {
    const windy = createEnvironment('LunarLander-v3', { enableWind: true });
    windy.reset({ seed: 1 });
    const calm = createEnvironment('LunarLander-v3');
    expect(() => calm.restore(windy.save())).toThrow(
      /^a saved state of LunarLander-v3 \{.*"enableWind":true.*\}, layout 1; expected one of LunarLander-v3 \{.*"enableWind":false/,
    );
  });
});

describe('LunarLander', () => {
  test('lands with the pilot of continuous engines', () => {
    const environment = createEnvironment('LunarLanderContinuous-v3');
    let total = 0;
    for (let seed = 0; seed < 20; seed++) {
      let { observation } = environment.reset({ seed });
      for (let ended = false; !ended; ) {
        const result = environment.step(pilotThrust(observation));
        observation = result.observation;
        total += result.reward / 20;
        ended = result.terminated || result.truncated;
      }
    }
    expect(total).toBeGreaterThan(200);
  });

  test('stays finite whatever the options and the actions, NaN refused without a step', () => {
    const action = fc.tuple(
      fc.oneof(fc.double({ min: -2, max: 2, noNaN: true }), fc.constantFrom(Infinity, -Infinity, -0, 1e300)),
      fc.oneof(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.constantFrom(Infinity, -Infinity, 0.5, 1e-300),
      ),
    );
    const options = fc.record({
      gravity: fc.double({ min: -12, max: -1e-9, minExcluded: true, noNaN: true }),
      enableWind: fc.boolean(),
      windPower: fc.double({ min: -1000, max: 1000, noNaN: true }),
      turbulencePower: fc.double({ min: -1000, max: 1000, noNaN: true }),
    });
    // 100 landers of 300 steps each, in wind that no other test has.
    fc.assert(
      fc.property(
        fc.nat(),
        options,
        fc.array(action, { minLength: 1, maxLength: 20 }),
        (seed, chosen, actions) => {
          const environment = createVectorEnvironment('LunarLanderContinuous-v3', 1, chosen);
          environment.reset([seed]);
          for (let i = 0; i < 300; i++) {
            environment.step(Float32Array.from(actions[i % actions.length]));
            const seen = [
              ...environment.observations,
              ...environment.finalObservations,
              ...environment.rewards,
            ];
            expect(seen.every(Number.isFinite)).toBe(true);
          }
          const state = environment.save(0);
          expect(() => environment.step(Float32Array.of(0, NaN))).toThrow(
            'action [0, NaN] for environment 0',
          );
          expect(environment.save(0)).toEqual(state);
        },
      ),
    );
  });

  test('truncates at its time limit, and then wants a reset', () => {
    const environment = createEnvironment('LunarLander-v3', { maxEpisodeSteps: 3 });
    environment.reset({ seed: 2 });
    const results = [0, 0, 0].map((action) => environment.step(action));
    expect(results.map(({ truncated }) => truncated)).toEqual([false, false, true]);
    expect(results.some(({ terminated }) => terminated)).toBe(false);
    expect(() => environment.step(0)).toThrow('environment 0 has no episode under way; expected a reset');
    const { observation } = environment.reset();
    expect(observation).not.toEqual(environment.reset({ seed: 2 }).observation);
    expect(environment.step(0).truncated).toBe(false);
  });

  test('returns copies of its observations', () => {
    const environment = createEnvironment('LunarLander-v3');
    const start = environment.reset({ seed: 3 }).observation;
    const copy = start.slice();
    environment.step(2);
    expect(start).toEqual(copy);
  });

  test('lets the wind of v2 go on through resets without a seed', () => {
    const start = (id: string, steps: number) => {
      const environment = createEnvironment(id, { enableWind: true });
      environment.reset({ seed: 1 });
      for (let i = 0; i < steps; i++) environment.step(0);
      return environment.reset().observation;
    };
    expect(start('LunarLander-v2', 2)).toEqual(start('LunarLander-v2', 2));
    expect(start('LunarLander-v2', 2)).not.toEqual(start('LunarLander-v3', 2));
    const { low, high } = createEnvironment('LunarLander-v2').observationSpace;
    expect([low[0], high[2]]).toEqual([-1.5, 5]);
  });

  test('shows its terrain, its bodies and the exhaust of engines that fire', () => {
    const environment = createEnvironment('LunarLander-v3');
    const { observation } = environment.reset({ seed: 0 });
    const { terrain, bodies, flames } = environment.scene();
    expect(terrain).toHaveLength(11);
    expect(terrain[1]).toEqual({ x: 2, y: 2.0849882350473425 });
    expect(terrain[5]).toEqual({ x: 10, y: 3.3000000000000003 });
    expect(Math.fround((bodies[0].x - 10) / 10)).toBe(observation[0]);
    expect(bodies.map(({ angle }) => angle)).toEqual(
      [-0.006605304, 0.48330522, -0.50071806].map(Math.fround),
    );
    expect(flames).toEqual([]);
    environment.step(2);
    const [main] = environment.scene().flames;
    expect(main).toMatchObject({ kind: 'main', power: 1 });
    expect(main.impulseY).toBeLessThan(0);
    environment.step(1);
    expect(environment.scene().flames.map(({ kind }) => kind)).toEqual(['side']);
    environment.step(0);
    expect(environment.scene().flames).toEqual([]);
  });

  test('names what it refuses', () => {
    const environment = createEnvironment('LunarLander-v3');
    expect(() => environment.step(0)).toThrow('no episode under way');
    expect(() => environment.reset()).toThrow('a first reset without a seed');
    expect(() => environment.save()).toThrow('no state before its first reset');
    environment.reset({ seed: 0 });
    expect(() => environment.step(5)).toThrow('action 5; expected an integer from 0 to 3');
    expect(() => environment.step(1.5)).toThrow('action 1.5');
    expect(() => environment.step(NaN)).toThrow('action NaN');
    expect(() => environment.step([1])).toThrow('action [1]');
    const continuous = createEnvironment('LunarLanderContinuous-v3');
    continuous.reset({ seed: 0 });
    expect(() => continuous.step(1)).toThrow('action 1; expected 2 numbers');
    expect(() => continuous.step([1])).toThrow('action [1]; expected 2 numbers');
    expect(() => continuous.step([0, NaN])).toThrow('action [0, NaN]');
    const vector = createVectorEnvironment('LunarLander-v3', 2);
    vector.reset([1, 2]);
    expect(() => vector.step(Int32Array.of(0, 4))).toThrow('action 4 for environment 1');
    expect(() => vector.step(new Float32Array(2))).toThrow('actions in Float32Array; expected Int32Array');
    expect(() => vector.step(new Int32Array(3))).toThrow('3 numbers of action; expected 2');
  });

  test.each([
    [{ gravity: -20 }, 'LunarLander-v3: gravity is -20; expected a number between -12 and 0'],
    [{ gravity: 0 }, 'gravity is 0; expected a number between -12 and 0'],
    [{ gravity: NaN }, 'gravity is NaN'],
    [{ windpower: 3 }, 'LunarLander-v3: unknown "windpower" (did you mean windPower?)'],
    [{ enableWind: 'yes' }, 'enableWind is "yes"; '],
    [{ maxEpisodeSteps: 0 }, 'maxEpisodeSteps is 0'],
  ])('refuses the options %o', (options, message) => {
    expect(() => createEnvironment('LunarLander-v3', options)).toThrow(message);
  });

  test.each([0, 4097, 1.5])('refuses a vector of %d', (count) => {
    expect(() => createVectorEnvironment('LunarLander-v3', count)).toThrow(
      `${count} environments; expected 1 to 4096`,
    );
  });

  test('guesses what an unknown name meant', () => {
    expect(() => createEnvironment('LunarLander-v4')).toThrow(
      'unknown environment "LunarLander-v4" (did you mean LunarLander-v3?); expected one of LunarLander-v3, ',
    );
  });
});
