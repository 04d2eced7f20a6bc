/**
 * The picture of LunarLander: 600 × 400 pixels, 30 to the metre, as Gymnasium's `rgb_array` shows it (black
 * sky over white ground, a violet lander, two yellow flags), with smoother edges.
 */
import type { Drawing, Point, Polygon, Shape } from './drawing.ts';
import {
  type Flame,
  LanderParticles,
  type Particle,
  particleColour,
  particleRadius,
} from './lander-particles.ts';
import type { Renderer } from './renderer.ts';

/** Where a body's own origin is, in metres, and how it is turned, in radians counter-clockwise. */
export interface BodyPose extends Point {
  /** In radians, counter-clockwise. */
  readonly angle: number;
}

/** What there is to see of a lander's world, in metres, x to the right and y upwards. */
export interface LanderScene {
  /** The ground's eleven corners from left to right. */
  readonly terrain: readonly Point[];
  /** Hull, right leg, left leg. */
  readonly bodies: readonly BodyPose[];
  /** Engines that fired during the latest step. */
  readonly flames: readonly Flame[];
}

const width = 600;
const height = 400;
const scale = 30;
/** Where the flags stand, in pixels, and how high the pad is at them. */
const flagsAt = [240, 360];
const padHeight = 100;

const violet = '#8066e6';
const darkViolet = '#4d4d80';
const flagYellow = '#cccc00';

const corner = (x: number, y: number): Point => ({ x: x / scale, y: y / scale });
const hull = [
  corner(17, -10),
  corner(17, 0),
  corner(14, 17),
  corner(-14, 17),
  corner(-17, 0),
  corner(-17, -10),
];
const leg = [corner(-2, -8), corner(2, -8), corner(2, 8), corner(-2, 8)];

const toPicture = ({ x, y }: Point): Point => ({ x: x * scale, y: height - y * scale });

function drawSky(terrain: readonly Point[]): Polygon {
  const top = height / scale;
  const corners = [{ x: 0, y: top }, ...terrain, { x: width / scale, y: top }];
  return { kind: 'polygon', points: corners.map(toPicture), fill: '#000' };
}

function drawBody(outline: readonly Point[], { x, y, angle }: BodyPose): Polygon {
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const points = outline.map((p) =>
    toPicture({ x: x + cosine * p.x - sine * p.y, y: y + sine * p.x + cosine * p.y }),
  );
  return { kind: 'polygon', points, fill: violet, stroke: darkViolet };
}

/** Its corners are the middles of pixels, so that pole and rim fill whole ones. */
function drawFlag(column: number): Shape[] {
  const x = column + 0.5;
  const top = height - padHeight - 50.5;
  const cloth = [
    { x, y: top },
    { x, y: top + 10 },
    { x: x + 25, y: top + 5 },
  ];
  return [
    { kind: 'line', from: { x, y: height - padHeight }, to: { x, y: top - 0.5 }, stroke: '#fff' },
    { kind: 'polygon', points: cloth, fill: flagYellow, stroke: flagYellow },
  ];
}

/** The picture of a scene with its exhaust. */
export function drawLander(scene: LanderScene, particles: readonly Particle[]): Drawing {
  const discs = particles.map(
    (particle): Shape => ({
      kind: 'circle',
      centre: toPicture(particle),
      radius: particleRadius * scale,
      fill: particleColour(particle),
    }),
  );
  const bodies = scene.bodies.map((pose, i) => drawBody(i === 0 ? hull : leg, pose));
  const shapes = [drawSky(scene.terrain), ...discs, ...bodies, ...flagsAt.flatMap(drawFlag)];
  return { width, height, background: '#fff', shapes };
}

export class LanderRenderer implements Renderer<LanderScene> {
  readonly actionNames = ['coast', 'left engine', 'main engine', 'right engine'];
  readonly #particles = new LanderParticles();

  begin(): void {
    this.#particles.clear();
  }

  draw(scene: LanderScene): Drawing {
    this.#particles.step(scene.flames, scene.terrain);
    return drawLander(scene, this.#particles.visible);
  }
}
