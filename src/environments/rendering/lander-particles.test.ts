import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEnvironment } from '../registry.ts';
import { type Flame, LanderParticles, particleColour, particleRadius } from './lander-particles.ts';

interface GymnasiumParticle {
  readonly x: number;
  readonly y: number;
  readonly velocityX: number;
  readonly velocityY: number;
  readonly timeToLive: number;
}

const { exhaust } = JSON.parse(
  readFileSync(new URL('../../../test/data/lander-frames.json', import.meta.url), 'utf8'),
) as {
  readonly exhaust: readonly {
    readonly kind: Flame['kind'];
    readonly particles: readonly GymnasiumParticle[];
  }[];
};

const flat = [
  { x: 0, y: 3 },
  { x: 20, y: 3 },
];
const valley = [
  { x: 0, y: 6 },
  { x: 10, y: 0 },
  { x: 20, y: 6 },
];
const masses = { main: 0.04886922612786293, side: 0.04886922612786293 / 5 };

/** The flame that a particle came from a fiftieth of a second ago. */
function flameOf(kind: Flame['kind'], { x, y, velocityX, velocityY }: GymnasiumParticle): Flame {
  return {
    kind,
    x: x - velocityX / 50,
    y: y - velocityY / 50,
    impulseX: velocityX * masses[kind],
    impulseY: (velocityY + 10 / 50) * masses[kind],
    power: 1,
  };
}

test("exhaust flies within 1e-4 m of Gymnasium's, and as many particles are seen", () => {
  const particles = new LanderParticles();
  for (const { kind, particles: expected } of exhaust) {
    const newest = expected[expected.length - 1];
    particles.step([flameOf(kind, newest)], flat);
    expect(particles.visible).toHaveLength(expected.length);
    for (const [i, particle] of particles.visible.entries()) {
      expect(Math.abs(particle.x - expected[i].x)).toBeLessThan(1e-4);
      expect(Math.abs(particle.y - expected[i].y)).toBeLessThan(1e-4);
      expect(particle.timeToLive).toBeCloseTo(expected[i].timeToLive, 12);
    }
  }
});

test("the environment's own flames fly within 2e-4 m of Gymnasium's exhaust", () => {
  const environment = createEnvironment('LunarLander-v3');
  environment.reset({ seed: 3 });
  const particles = new LanderParticles();
  for (const { kind, particles: expected } of exhaust) {
    environment.step(kind === 'main' ? 2 : 3);
    const { flames, terrain } = environment.scene();
    expect(flames.map((flame) => flame.kind)).toEqual([kind]);
    particles.step(flames, terrain);
    expect(particles.visible).toHaveLength(expected.length);
    for (const [i, particle] of particles.visible.entries()) {
      expect(Math.hypot(particle.x - expected[i].x, particle.y - expected[i].y)).toBeLessThan(2e-4);
    }
  }
});

test('a flame of full power is seen for six frames and ends dark grey', () => {
  const particles = new LanderParticles();
  const colours: string[] = [];
  const flame = { kind: 'main', x: 10, y: 9, impulseX: 0, impulseY: 0, power: 1 } as const;
  for (let frame = 0; frame < 8; frame++) {
    particles.step(frame === 0 ? [flame] : [], flat);
    colours.push(...particles.visible.map(particleColour));
  }
  expect(colours).toHaveLength(6);
  expect(colours[0]).toBe('rgb(255 108 108)');
  expect(colours[5]).toBe('rgb(63 51 51)');
});

test('a weaker flame is seen as long as an older one', () => {
  const particles = new LanderParticles();
  const flame = { kind: 'side', x: 10, y: 9, impulseX: 0, impulseY: 0 } as const;
  particles.step([{ ...flame, power: 1 }], flat);
  particles.step([{ ...flame, power: 0.1 }], flat);
  expect(particles.visible).toHaveLength(2);
});

test('exhaust never sinks into the ground', () => {
  const coordinate = fc.double({ min: 1, max: 19, noNaN: true });
  const impulse = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(coordinate, impulse, impulse, (x, impulseX, impulseY) => {
      const ground = (at: number) => 0.6 * Math.abs(at - 10);
      const particles = new LanderParticles();
      const flame = { kind: 'main', x, y: ground(x) + 1, impulseX, impulseY, power: 1 } as const;
      particles.step([flame], valley);
      for (let frame = 0; frame < 5; frame++) {
        particles.step([], valley);
        for (const particle of particles.visible) {
          // A disc pressed out of one slope may still cut the other one, at the bottom of the valley.
          if (particle.x < 0 || particle.x > 20 || Math.abs(particle.x - 10) < 2 * particleRadius) continue;
          expect(particle.y).toBeGreaterThan(ground(particle.x));
        }
      }
    }),
  );
});
