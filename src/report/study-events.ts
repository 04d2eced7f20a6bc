/**
 * A study as TensorBoard shows it: a run for the search, one for every training. Tags of trainings are those of
 * Stable-Baselines3, over environment steps.
 *
 * | run | tags | step |
 * |---|---|---|
 * | `search` | `search/score`, `search/best_score`, `search/average_score` (of an iteration) | trials |
 * | `search` | `policy/DECISION/CHOICE`: the controller's probabilities | iterations |
 * | `shared-training` | `rollout/…`, `train/…` of one-shot ENAS | environment steps |
 * | `trial-12` | `rollout/ep_rew_mean`, `rollout/exploration_rate`, `time/episodes`, `train/learning_rate`, `train/n_updates` | environment steps |
 * | `retraining/NAME/seed-1` | likewise | environment steps |
 */
import { join } from 'node:path';
import type { CurvePoint, TrainingProgress } from '../agents/train.ts';
import { mean } from '../statistics/sample.ts';
import type { StudyEvent } from '../study/events.ts';
import type { Run } from '../study/racing.ts';
import type { PolicySnapshot } from '../study/storage.ts';
import type { FinishedTrial } from '../study/trial.ts';
import { EventWriter } from './tensorboard.ts';

/** A decision of the search space. */
interface Choices {
  readonly name: string;
  readonly choices: readonly (number | string)[];
}

/** What a training says of itself on its way. */
type Progress = Omit<TrainingProgress, 'solvedAt'>;

/** Points of a training, at most. */
const pointsPerTraining = 100;

/** A run's file, and how far it is. */
class TrainingRun {
  readonly #writer: EventWriter;
  #written = -1;
  #step = -1;

  constructor(folder: string) {
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

const lastPoint = (trained: FinishedTrial | Run): CurvePoint | undefined =>
  trained.state === 'complete' ? trained.training.curve.at(-1) : undefined;

export class StudyEvents {
  readonly #folder: string;
  readonly #decisions: readonly Choices[];
  readonly #iterationSize: number;
  readonly #search: EventWriter;
  readonly #runs = new Map<string, TrainingRun>();
  readonly #scores: number[] = [];
  #best = Number.NEGATIVE_INFINITY;

  /**
   * @param folder of all runs; is made if need be. @param iterationSize trials per iteration of the strategy.
   * @throws what the file system says.
   */
  constructor(folder: string, decisions: readonly Choices[], iterationSize: number) {
    this.#folder = folder;
    this.#decisions = decisions;
    this.#iterationSize = iterationSize;
    this.#search = new EventWriter(join(folder, 'search'));
  }

  onEvent(event: StudyEvent): void {
    switch (event.kind) {
      case 'trial-progress':
        this.#run(`trial-${event.number}`).add(event.progress);
        return;
      case 'one-shot-progress':
        this.#run('shared-training').add(event.progress);
        return;
      case 'run-progress':
        this.#run(nameOfRun(event)).add(event.progress);
        return;
      case 'run-finished':
        this.#end(nameOfRun(event), lastPoint(event.run));
        return;
      case 'trial-finished':
        this.#end(`trial-${event.trial.number}`, lastPoint(event.trial));
        this.#addScore(event.trial);
        return;
      case 'policy':
        this.#addPolicy(event.snapshot);
        return;
      default:
    }
  }

  close(): void {
    for (const run of this.#runs.values()) run.close();
    this.#runs.clear();
    this.#search.close();
  }

  #run(name: string): TrainingRun {
    const known = this.#runs.get(name);
    if (known) return known;
    const run = new TrainingRun(join(this.#folder, name));
    this.#runs.set(name, run);
    return run;
  }

  #end(name: string, last: CurvePoint | undefined): void {
    this.#runs.get(name)?.close(last);
    this.#runs.delete(name);
  }

  #addScore(trial: FinishedTrial): void {
    if (trial.phase !== 'search' || trial.state === 'failed') return;
    this.#scores.push(trial.score);
    const count = this.#scores.length;
    this.#search.addScalar('search/score', trial.score, trial.number);
    this.#best = Math.max(this.#best, trial.score);
    this.#search.addScalar('search/best_score', this.#best, trial.number);
    if (count % this.#iterationSize !== 0) return;
    const average = mean(this.#scores.slice(-this.#iterationSize));
    this.#search.addScalar('search/average_score', average, trial.number);
  }

  #addPolicy({ iteration, probabilities }: PolicySnapshot): void {
    for (const [i, { name, choices }] of this.#decisions.entries()) {
      for (const [j, choice] of choices.entries()) {
        this.#search.addScalar(`policy/${name}/${choice}`, probabilities[i][j], iteration);
      }
    }
  }
}

/** The architecture is in it, with what folders can't have in their names replaced. */
const nameOfRun = ({ name, round }: { readonly name: string; readonly round: number }): string =>
  join('retraining', name.replaceAll(/[^\w.=+-]+/g, '-'), `seed-${round}`);
