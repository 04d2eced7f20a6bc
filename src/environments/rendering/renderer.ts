/**
 * The contract between an environment that has something to show and whoever shows it. The environment hands
 * out its *scene*, plain data; a renderer turns one scene after another into drawings. Looking never changes
 * the environment: what moves only for the eye (exhaust) lives in the renderer.
 */
import type { Environment } from '../environment.ts';
import type { Drawing } from './drawing.ts';

export interface VisibleEnvironment<Scene> extends Environment {
  /** What there is to see after the latest reset or step. */
  scene(): Scene;
}

export interface Renderer<Scene> {
  /** Names of the discrete actions, as short as a caption needs them. */
  readonly actionNames: readonly string[];
  /** Forgets the episode before: call it after every reset of the environment. */
  begin(): void;
  /** The picture of a scene. Call it once for the reset and once for every step, in order. */
  draw(scene: Scene): Drawing;
}
