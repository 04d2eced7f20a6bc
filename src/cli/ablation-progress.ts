/** How an ablation goes, on the terminal: a line per run and a progress line over all that is left to do. */
import type { Ablation, AblationEvent, PlannedRun } from '../study/ablation.ts';
import { createProgress, type Progress } from './progress.ts';
import { formatCount } from '../report/number-format.ts';
import { columnWidth, describeTraining } from './study-progress.ts';

const keyOf = ({ architecture, round }: Pick<PlannedRun, 'architecture' | 'round'>): string =>
  `${architecture} ${round}`;

type EventOf<Kind extends AblationEvent['kind']> = Extract<AblationEvent, { kind: Kind }>;

/** Listens to an ablation's events and shows them; `finish` before anything else is printed. */
export class AblationProgress {
  readonly #display: Progress;
  readonly #steps: number;
  readonly #rounds: number;
  readonly #planned: number;
  /** Of the column of architectures. */
  readonly #width: number;
  readonly #left: ReadonlyMap<string, PlannedRun>;
  readonly #start = performance.now();
  /** Steps of the runs that aren't in the record yet. */
  readonly #running = new Map<string, number>();
  #finished: number;
  /** Of the runs that were left: multiply-adds and steps. */
  #workDone = 0;
  #stepsDone = 0;

  /** @param left what remains of the plan; at least one run. */
  constructor({ configuration, plan }: Ablation, left: readonly PlannedRun[]) {
    this.#steps = configuration.steps;
    this.#rounds = Math.max(...plan.map(({ round }) => round));
    this.#planned = plan.length;
    this.#width = columnWidth(plan.map(({ architecture }) => architecture));
    this.#finished = plan.length - left.length;
    this.#left = new Map(left.map((run) => [keyOf(run), run]));
    // In work, not in steps: those of a large network take a hundred times as long.
    this.#display = createProgress(
      left.reduce((sum, { work }) => sum + work, 0),
      undefined,
    );
  }

  finish(): void {
    this.#display.finish();
  }

  onEvent(event: AblationEvent): void {
    if (event.kind === 'run-progress') this.#show(event);
    else this.#finishRun(event);
  }

  #show({ run, progress }: EventOf<'run-progress'>): void {
    this.#running.set(keyOf(run), progress.step);
    this.#update(` · seed ${run.round}/${this.#rounds}: ${run.architecture}`);
  }

  #finishRun({ run, timing }: EventOf<'run-finished'>): void {
    const key = keyOf(run);
    this.#running.delete(key);
    this.#finished += 1;
    this.#stepsDone += run.state === 'complete' ? run.steps : 0;
    this.#workDone += this.#left.get(key)?.work ?? 0;
    const round = `${String(run.round).padStart(String(this.#rounds).length)}/${this.#rounds}`;
    const { seconds } = timing;
    const training = run.state === 'failed' ? run : { ...run, seconds };
    this.#display.note(`seed ${round}  ${describeTraining(run.architecture, this.#width, training)}`);
    this.#update('');
  }

  #update(details: string): void {
    let [work, steps] = [this.#workDone, this.#stepsDone];
    for (const [key, step] of this.#running) {
      steps += step;
      work += ((this.#left.get(key)?.work ?? 0) * step) / this.#steps;
    }
    const rate = steps / ((performance.now() - this.#start) / 1000);
    this.#display.update(
      work,
      `${this.#finished}/${this.#planned} runs${details} · ${formatCount(rate)} steps/s`,
    );
  }
}
