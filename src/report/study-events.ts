/**
 * A study as TensorBoard shows it: a run for the search, one for every training (training-runs.ts has their tags).
 *
 * | run | tags | step |
 * |---|---|---|
 * | `search` | `search/score`, `search/best_score`, `search/average_score` (of an iteration) | trials |
 * | `search` | `policy/DECISION/CHOICE`: the controller's probabilities | iterations |
 * | `shared-training` | those of the shared training of one-shot ENAS | environment steps |
 * | `trial-12` | those of a training | environment steps |
 * | `retraining/NAME/seed-1` | likewise | environment steps |
 */
import { join } from 'node:path';
import type { CurvePoint } from '../agents/train.ts';
import { mean } from '../statistics/sample.ts';
import type { StudyEvent } from '../study/events.ts';
import type { Run } from '../study/racing.ts';
import type { PolicySnapshot } from '../study/storage.ts';
import type { FinishedTrial } from '../study/trial.ts';
import { EventWriter } from './tensorboard.ts';
import { nameOfRetraining, TrainingRuns } from './training-runs.ts';

/** A decision of the search space. */
interface Choices {
  readonly name: string;
  readonly choices: readonly (number | string)[];
}

const lastPoint = (trained: FinishedTrial | Run): CurvePoint | undefined =>
  trained.state === 'complete' ? trained.training.curve.at(-1) : undefined;

export class StudyEvents {
  readonly #decisions: readonly Choices[];
  readonly #iterationSize: number;
  readonly #search: EventWriter;
  readonly #runs: TrainingRuns;
  readonly #scores: number[] = [];
  #best = Number.NEGATIVE_INFINITY;

  /**
   * @param folder of all runs; is made if need be. @param iterationSize trials per iteration of the strategy.
   * @throws what the file system says.
   */
  constructor(folder: string, decisions: readonly Choices[], iterationSize: number) {
    this.#runs = new TrainingRuns(folder);
    this.#decisions = decisions;
    this.#iterationSize = iterationSize;
    this.#search = new EventWriter(join(folder, 'search'));
  }

  onEvent(event: StudyEvent): void {
    switch (event.kind) {
      case 'trial-progress':
        this.#runs.add(`trial-${event.number}`, event.progress);
        return;
      case 'one-shot-progress':
        this.#runs.add('shared-training', event.progress);
        return;
      case 'run-progress':
        this.#runs.add(nameOfRun(event), event.progress);
        return;
      case 'run-finished':
        this.#runs.end(nameOfRun(event), lastPoint(event.run));
        return;
      case 'trial-finished':
        this.#runs.end(`trial-${event.trial.number}`, lastPoint(event.trial));
        this.#addScore(event.trial);
        return;
      case 'policy':
        this.#addPolicy(event.snapshot);
        return;
      default:
    }
  }

  close(): void {
    this.#runs.close();
    this.#search.close();
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

const nameOfRun = ({ name, round }: { readonly name: string; readonly round: number }): string =>
  join('retraining', nameOfRetraining(name, round));
