/** How a study goes, on the terminal: a line per training and a progress line over all the work there is. */
import { tuningStepsOf } from '../search/enas/shared-training.ts';
import { representativeSamples } from '../search/representatives.ts';
import { describeSample } from '../search/space.ts';
import type { StudyEvent } from '../study/events.ts';
import { countRuns, type Run } from '../study/racing.ts';
import type { Study } from '../study/study.ts';
import { compareTrials, type Candidate, type CompleteTrial, type FinishedTrial } from '../study/trial.ts';
import { OneShotLines } from './one-shot-lines.ts';
import type { TimeEstimate } from './time-estimate.ts';
import { formatDuration, type Progress } from './progress.ts';
import { formatCount, formatNumberOf } from '../report/number-format.ts';

/** A column for names is no wider than this; longer names push what follows to the right. */
const widestColumn = 100;

/** As wide as the longest of the names. */
export const columnWidth = (names: readonly string[]): number =>
  Math.min(widestColumn, Math.max(...names.map(({ length }) => length)));

/** An architecture and how its training went, in a line. @param width of the column of names. */
export function describeTraining(
  name: string,
  width: number,
  training:
    | { readonly error: string }
    | {
        readonly score: number;
        /** A step; null or undefined if never. */
        readonly solvedAt: number | null | undefined;
        readonly steps: number;
        readonly seconds: number;
      },
): string {
  const column = name.padEnd(width);
  if ('error' in training) return `${column} failed: ${training.error}`;
  const { score, solvedAt, steps, seconds } = training;
  const solved =
    solvedAt === undefined || solvedAt === null
      ? `not solved in ${formatCount(steps)} steps`
      : `solved after ${formatCount(solvedAt)} steps`;
  return `${column} score ${score.toFixed(1).padStart(7)}   ${solved}, ${formatDuration(seconds)}`;
}

function describeTrial(trial: FinishedTrial, width: number): string {
  if (trial.state === 'failed') return describeTraining(trial.name, width, trial);
  const { name, score, training, seconds } = trial;
  const { solvedAt, steps } = training;
  return describeTraining(name, width, { score, solvedAt, steps, seconds });
}

function describeRun(name: string, width: number, run: Run): string {
  const column = name.padEnd(width);
  if (run.state === 'failed') return `${column} failed: ${run.error}`;
  const { score, returns, seconds } = run;
  return `${column} score ${score.toFixed(1).padStart(7)}   over ${formatCount(returns.length)} test episodes, ${formatDuration(seconds)}`;
}

function createOneShotLines({
  configuration,
  candidateCount,
  iterationSize,
}: Study): OneShotLines | undefined {
  const { strategy } = configuration;
  if (strategy.name !== 'enas') return undefined;
  const { iterations, replicas } = strategy;
  return new OneShotLines(iterations, iterationSize, candidateCount, replicas * tuningStepsOf(strategy));
}

type EventOf<Kind extends StudyEvent['kind']> = Extract<StudyEvent, { kind: Kind }>;

/** Listens to a study's events and shows them; `finish` before anything else is printed. */
export class StudyProgress {
  readonly #study: Study;
  readonly #display: Progress;
  /** Undefined where trials train one by one. */
  readonly #oneShot: OneShotLines | undefined;
  /** Of the column of names. */
  readonly #width: number;
  /** How long each part was thought to take: what its progress counts for. */
  readonly #time: TimeEstimate;
  /** Steps of the trainings that run now: trials by number, retrainings by name. */
  readonly #running = new Map<number | string, number>();
  readonly #best: { search?: CompleteTrial; control?: CompleteTrial } = {};
  #finished = 0;
  /** Budgets of the search's finished trials. */
  #finishedSteps = 0;
  #controlFinished = 0;
  /** Samples of its controller that a one-shot search has scored. */
  #sampled = 0;
  /** Of its candidates' tuning and scoring, from 0 to 1. */
  #tuned = 0;
  /** Of the work of a search with a budget, and of the control's; from 0 to 1. */
  #searchShare = 0;
  #controlShare = 0;
  #isSearching = true;
  /** In how many fields every finalist still races. */
  readonly #fields = new Map<string, number>();
  #runsPlanned = 0;
  #races = 1;
  #runsFinished = 0;

  /** @param display shows the seconds of the estimate that are done; it may be a part of something larger. */
  constructor(study: Study, time: TimeEstimate, display: Progress) {
    this.#study = study;
    this.#time = time;
    this.#display = display;
    this.#oneShot = createOneShotLines(study);
    const { space } = study;
    this.#width = columnWidth(representativeSamples(space).map((sample) => describeSample(space, sample)));
  }

  finish(): void {
    this.#display.finish();
  }

  onEvent(event: StudyEvent): void {
    switch (event.kind) {
      case 'trial-progress':
        this.#running.set(event.number, event.progress.step);
        this.#update(this.#describeTrials());
        return;
      case 'one-shot-progress':
        this.#finishedSteps = event.progress.step;
        this.#tuned = Math.max(this.#tuned, this.#oneShot?.tunedShare(event.progress) ?? 0);
        this.#update(this.#oneShot?.describe(event.progress) ?? '');
        return;
      case 'trial-finished':
        if (this.#oneShot && event.trial.phase !== 'control') {
          if (event.trial.phase === 'search') this.#sampled += 1;
          else this.#tuned = 1;
          this.#note(this.#oneShot.take(event.trial));
        } else this.#finishTrial(event.trial);
        return;
      case 'control-started':
        this.#isSearching = false;
        this.#display.note('control: random search, with as much work as the search took');
        return;
      case 'budget-progress':
        if (event.phase === 'control') this.#controlShare = event.share;
        else this.#searchShare = event.share;
        return;
      case 'verification-started':
        this.#startVerification(event);
        return;
      case 'run-progress':
        this.#showRun(event);
        return;
      case 'run-finished':
        this.#finishRun(event);
        return;
      case 'finalist-dropped':
        this.#drop(event);
        return;
      case 'run-stopped':
        this.#running.delete(`${event.round}/${event.name}`);
        return;
      case 'checkpoint-problem':
        this.#display.note(event.problem);
        return;
      case 'checkpoint':
      case 'trial-started':
      case 'trial-trained':
      case 'policy':
      case 'verdict':
        return;
      default:
        event satisfies never;
    }
  }

  #note(line: string | undefined): void {
    if (line !== undefined) this.#display.note(line);
  }

  #update(details: string): void {
    this.#display.update(this.#done(), details);
  }

  #done(): number {
    const { search, scoring, tuning, control, verification } = this.#time;
    const running = [...this.#running.values()].reduce((sum, steps) => sum + steps, 0);
    if (this.#isSearching) {
      const { searchSteps, trialCount, candidateCount } = this.#study;
      if (searchSteps === Infinity) return search * this.#searchShare;
      const trained = (this.#finishedSteps + running) / searchSteps;
      const sampled = this.#sampled / (trialCount - candidateCount);
      return (search - scoring - tuning) * trained + scoring * sampled + tuning * this.#tuned;
    }
    const before = search + this.#controlShare * control;
    if (this.#runsPlanned === 0) return before;
    const runs = this.#runsFinished + running / this.#study.configuration.verification.steps;
    return before + (verification * runs) / this.#runsPlanned;
  }

  #describeTrials(): string {
    const best = this.#isSearching ? this.#best.search : this.#best.control;
    const leader = best ? ` · best ${best.score.toFixed(1)} (${best.name})` : '';
    return this.#isSearching
      ? `${this.#finished}${this.#outOfAll} trials${leader}`
      : `control: ${this.#controlFinished} trials${leader}`;
  }

  /** Of a search's trials; nothing where a budget decides how many there are. */
  get #outOfAll(): string {
    const { trialCount } = this.#study;
    return trialCount === Infinity ? '' : `/${trialCount}`;
  }

  #finishTrial(trial: FinishedTrial): void {
    this.#running.delete(trial.number);
    const phase = trial.phase === 'control' ? 'control' : 'search';
    const best = this.#best[phase];
    if (trial.state === 'complete' && !(best && compareTrials(best, trial) < 0)) this.#best[phase] = trial;
    const isOfSearch = phase === 'search';
    if (isOfSearch) {
      this.#finished += 1;
      this.#finishedSteps += trial.budget;
    } else this.#controlFinished += 1;
    const number = String(isOfSearch ? this.#finished : this.#controlFinished);
    const name = isOfSearch
      ? `trial ${number.padStart(Math.max(1, this.#outOfAll.length - 1))}${this.#outOfAll}`
      : `control ${number.padStart(3)}`;
    this.#display.note(`${name}  ${describeTrial(trial, this.#width)}`);
    this.#update(this.#describeTrials());
  }

  #startVerification({ finalists, control, leftOut }: EventOf<'verification-started'>): void {
    const { seeds } = this.#study.configuration.verification;
    this.#isSearching = false;
    this.#controlShare = 1;
    for (const { name } of [...finalists, ...(control ?? [])]) {
      this.#fields.set(name, (this.#fields.get(name) ?? 0) + 1);
    }
    this.#races = control ? 2 : 1;
    this.#planRuns(seeds);
    const list = (candidates: readonly Candidate[]) =>
      candidates.map(({ name }) => name).join('; ') || 'none';
    this.#display.note(`finalists: ${list(finalists)}`);
    if (control) this.#display.note(`the control's: ${list(control)}`);
    if (leftOut) {
      this.#display.note(`left out, with too many parameters: ${leftOut.count}, best ${leftOut.best.name}`);
    }
  }

  /** What is to come if nobody is shown to be behind: so many runs per racer as in a field of the average size. */
  #planRuns(rounds: number): void {
    const left = [...this.#fields.values()].filter((fields) => fields > 0);
    const racers = left.reduce((sum, fields) => sum + fields, 0) / this.#races;
    const runsEach = racers === 0 ? 0 : countRuns(Math.round(racers), rounds) / racers;
    this.#runsPlanned = this.#runsFinished + Math.round(left.length * runsEach);
  }

  #showRun({ name, round, progress }: EventOf<'run-progress'>): void {
    const { seeds, steps } = this.#study.configuration.verification;
    const { step, averageReturn } = progress;
    this.#running.set(`${round}/${name}`, step);
    const average = averageReturn === undefined ? '' : ` · average of 100: ${averageReturn.toFixed(1)}`;
    this.#update(
      `seed ${round}/${seeds}: ${name} ${formatCount(step)}/${formatCount(steps)} steps${average}`,
    );
  }

  #finishRun({ name, round, run }: EventOf<'run-finished'>): void {
    const { seeds } = this.#study.configuration.verification;
    this.#running.delete(`${round}/${name}`);
    this.#runsFinished += 1;
    const number = String(round).padStart(String(seeds).length);
    this.#display.note(`seed ${number}/${seeds}  ${describeRun(name, this.#width, run)}`);
    this.#update(`${this.#runsFinished}/${this.#runsPlanned} retrainings`);
  }

  #drop({ racer, phase }: EventOf<'finalist-dropped'>): void {
    const { candidate, runs } = racer;
    this.#fields.set(candidate.name, (this.#fields.get(candidate.name) ?? 1) - 1);
    this.#planRuns(this.#study.configuration.verification.seeds - runs.length);
    const whose = phase === 'search' ? '' : " of the control's finalists";
    const seeds = formatNumberOf(runs.length, 'seed');
    this.#display.note(`${candidate.name} is behind others${whose} after ${seeds} and drops out`);
  }
}
