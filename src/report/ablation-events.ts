/** An ablation as TensorBoard shows it: a run `ARCHITECTURE/seed-1` for every training (training-runs.ts). */
import type { AblationEvent, AblationRun } from '../study/ablation.ts';
import type { CurvePoint } from '../agents/train.ts';
import { nameOfRetraining, TrainingRuns } from './training-runs.ts';

function lastPoint(run: AblationRun): CurvePoint | undefined {
  if (run.state === 'failed' || run.curve.length === 0) return undefined;
  const [step, averageReturn] = run.curve[run.curve.length - 1];
  return { step, episodes: run.episodes, averageReturn };
}

export class AblationEvents {
  readonly #runs: TrainingRuns;

  /** @param folder of all runs; is made if need be. @throws what the file system says. */
  constructor(folder: string) {
    this.#runs = new TrainingRuns(folder);
  }

  onEvent(event: AblationEvent): void {
    const name = nameOfRetraining(event.run.architecture, event.run.round);
    if (event.kind === 'run-progress') this.#runs.add(name, event.progress);
    else this.#runs.end(name, lastPoint(event.run));
  }

  close(): void {
    this.#runs.close();
  }
}
