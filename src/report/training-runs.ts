/**
 * Trainings as TensorBoard shows them: a run each, over environment steps, with the tags of Stable-Baselines3.
 *
 * | tag | value |
 * |---|---|
 * | `rollout/ep_rew_mean` | mean return of the last 100 episodes |
 * | `rollout/exploration_rate` | epsilon |
 * | `time/episodes` | complete episodes so far |
 * | `train/learning_rate` | Adam's step size |
 * | `train/n_updates` | updates so far |
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CurvePoint, TrainingProgress } from '../agents/train.ts';
import { EventWriter } from './tensorboard.ts';

/** What a training says of itself on its way. */
type Progress = Omit<TrainingProgress, 'solvedAt'>;

/** Points of a training, at most. */
const pointsPerTraining = 100;

/** The run of one training. What is added is in its file at once. */
export class TrainingRun {
  readonly folder: string;
  readonly #writer: EventWriter;
  #written = -1;
  #step = -1;

  /** @param folder of the run; is made if need be. @throws what the file system says. */
  constructor(folder: string) {
    this.folder = folder;
    this.#writer = new EventWriter(folder);
  }

  /** As many points as a learning curve has, at most. */
  add({ step, totalSteps, episodes, updates, averageReturn, epsilon, learningRate }: Progress): void {
    const point = Math.floor((step * pointsPerTraining) / totalSteps);
    if (point === this.#written) return;
    this.#written = point;
    this.#step = step;
    if (averageReturn !== undefined) this.#writer.addScalar('rollout/ep_rew_mean', averageReturn, step);
    this.#writer.addScalar('rollout/exploration_rate', epsilon, step);
    this.#writer.addScalar('time/episodes', episodes, step);
    this.#writer.addScalar('train/learning_rate', learningRate, step);
    this.#writer.addScalar('train/n_updates', updates, step);
  }

  /** @param last point of the learning curve, where the training got to its end. */
  close(last?: CurvePoint): void {
    if (last && last.step > this.#step) {
      this.#writer.addScalar('rollout/ep_rew_mean', last.averageReturn, last.step);
      this.#writer.addScalar('time/episodes', last.episodes, last.step);
    }
    this.#writer.close();
  }
}

/** The runs of trainings side by side, by their names. */
export class TrainingRuns {
  readonly #folder: string;
  readonly #runs = new Map<string, TrainingRun>();

  /** @param folder of all runs; is made if need be. @throws what the file system says where it can't be written to. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    this.#folder = folder;
  }

  /** @param name of the run: its folder in the folder of all. @throws what the file system says. */
  add(name: string, progress: Progress): void {
    const run = this.#runs.get(name) ?? new TrainingRun(join(this.#folder, name));
    this.#runs.set(name, run);
    run.add(progress);
  }

  /** @param last point of the learning curve, where the training got to its end. */
  end(name: string, last: CurvePoint | undefined): void {
    this.#runs.get(name)?.close(last);
    this.#runs.delete(name);
  }

  /** Ends all runs that have no end yet. */
  close(): void {
    for (const run of this.#runs.values()) run.close();
    this.#runs.clear();
  }
}

/** @param name has the architecture in it; what folders can't have in their names is replaced. */
export const nameOfRetraining = (name: string, round: number): string =>
  join(name.replaceAll(/[^\w.=+-]+/g, '-'), `seed-${round}`);
