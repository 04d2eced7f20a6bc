/**
 * The exhaust of the lander: discs that fly off an engine and fade. They are for the eye alone and move apart
 * from the physics: thrown, pulled by gravity, bouncing off the terrain. Masses, life times and colours are
 * those of Gymnasium's picture.
 */
import type { Colour, Point } from './drawing.ts';

/** One firing of an engine during a step. */
export interface Flame {
  /** The main engine, or one at a side. */
  readonly kind: 'main' | 'side';
  /** Where the exhaust leaves, in metres, to the right. */
  readonly x: number;
  /** Likewise, upwards. */
  readonly y: number;
  /** What the exhaust is given, in kg m/s, to the right: the opposite of what the lander is given. */
  readonly impulseX: number;
  /** Likewise, upwards. */
  readonly impulseY: number;
  /** From 0 to 1. */
  readonly power: number;
}

export interface Particle {
  /** Centre, in metres. */
  readonly x: number;
  readonly y: number;
  /** Fades it; what is below 0 is gone. */
  readonly timeToLive: number;
}

interface MovingParticle extends Particle {
  x: number;
  y: number;
  velocityX: number;
  velocityY: number;
  timeToLive: number;
}

export const particleRadius = 2 / 30;

const stepSeconds = 1 / 50;
/** In m/s². */
const gravity = -10;
const fadePerFrame = 0.15;
const restitution = 0.3;
const area = Math.PI * particleRadius ** 2;
const masses = { main: 3.5 * area, side: 0.7 * area };

/** From orange-red to dark grey. */
export function particleColour({ timeToLive }: Particle): Colour {
  const red = Math.floor(255 * Math.max(0.2, 0.15 + timeToLive));
  const other = Math.floor(255 * Math.max(0.2, 0.5 * timeToLive));
  return `rgb(${red} ${other} ${other})`;
}

export class LanderParticles {
  #particles: MovingParticle[] = [];

  /** The ones to be seen, oldest first. */
  get visible(): readonly Particle[] {
    return this.#particles;
  }

  clear(): void {
    this.#particles = [];
  }

  /**
   * One frame: new exhaust appears, all of it moves for a fiftieth of a second and fades.
   * @param terrain the ground's corners from left to right, in metres.
   */
  step(flames: readonly Flame[], terrain: readonly Point[]): void {
    for (const { kind, x, y, impulseX, impulseY, power } of flames) {
      const mass = masses[kind];
      const thrown = { velocityX: impulseX / mass, velocityY: impulseY / mass };
      this.#particles.push({ x, y, ...thrown, timeToLive: power });
    }
    for (const particle of this.#particles) {
      particle.velocityY += gravity * stepSeconds;
      particle.x += particle.velocityX * stepSeconds;
      particle.y += particle.velocityY * stepSeconds;
      particle.timeToLive -= fadePerFrame;
      bounce(particle, terrain);
    }
    // Only from the oldest on, as Gymnasium does: a weaker, younger flame is not gone before an older one.
    const kept = this.#particles.findIndex(({ timeToLive }) => timeToLive >= 0);
    this.#particles.splice(0, kept === -1 ? this.#particles.length : kept);
  }
}

/** Puts a particle that sank into the ground back onto it, its speed into the ground reversed and damped. */
function bounce(particle: MovingParticle, terrain: readonly Point[]): void {
  const right = terrain.findIndex(({ x }) => x > particle.x);
  if (right < 1) return;
  const a = terrain[right - 1];
  const b = terrain[right];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const normalX = (a.y - b.y) / length;
  const normalY = (b.x - a.x) / length;
  const distance = (particle.x - a.x) * normalX + (particle.y - a.y) * normalY;
  if (distance >= particleRadius) return;
  particle.x += (particleRadius - distance) * normalX;
  particle.y += (particleRadius - distance) * normalY;
  const inwards = particle.velocityX * normalX + particle.velocityY * normalY;
  if (inwards >= 0) return;
  particle.velocityX -= (1 + restitution) * inwards * normalX;
  particle.velocityY -= (1 + restitution) * inwards * normalY;
}
