/** How a search goes, on the terminal: a line per trial and a progress line over all the work there is. */
import type { TrainingProgress } from '../agents/train.ts';
import type { Study, StudyEvent } from '../study/study.ts';
import { compareTrials, type CompleteTrial, type FinishedTrial } from '../study/trial.ts';
import { createProgress, formatCount, formatDuration } from './progress.ts';

function describeTrial(trial: FinishedTrial, trialCount: number): string {
  const number = `trial ${String(trial.number + 1).padStart(String(trialCount).length)}/${trialCount}`;
  const name = trial.architecture.padEnd(24);
  if (trial.state === 'failed') return `${number}  ${name} failed: ${trial.error}`;
  const { solvedAt, steps } = trial.training;
  const solved =
    solvedAt === undefined
      ? `not solved in ${formatCount(steps)} steps`
      : `solved after ${formatCount(solvedAt)} steps`;
  return `${number}  ${name} score ${trial.score.toFixed(1).padStart(7)}   ${solved}, ${formatDuration(trial.seconds)}`;
}

/** Listens to a study's events and shows them; `finish` before anything else is printed. */
export function showStudyProgress(study: Study): {
  onEvent: (event: StudyEvent) => void;
  finish: () => void;
} {
  const { verification } = study.configuration;
  const searchSteps = study.rungs.reduce((sum, { trials, steps }) => sum + trials * steps, 0);
  const display = createProgress(searchSteps + verification.steps, undefined);
  /** Steps of the trials that run now, by number. */
  const running = new Map<number, number>();
  let finished = 0;
  let finishedSteps = 0;
  let verified = 0;
  let best: CompleteTrial | undefined;

  const done = (): number =>
    finishedSteps + [...running.values()].reduce((sum, steps) => sum + steps, 0) + verified;
  const details = (): string => {
    const leader = best ? ` · best ${best.score.toFixed(1)} (${best.architecture})` : '';
    return `${finished}/${study.trialCount} trials${leader}`;
  };
  const showVerification = ({ step, averageReturn }: TrainingProgress): void => {
    verified = step;
    const average = averageReturn === undefined ? '' : ` · average of 100: ${averageReturn.toFixed(1)}`;
    display.update(
      done(),
      `retraining the winner: ${formatCount(step)}/${formatCount(verification.steps)} steps${average}`,
    );
  };
  const finishTrial = (trial: FinishedTrial): void => {
    running.delete(trial.number);
    finished = trial.number + 1;
    finishedSteps += trial.budget;
    if (trial.state === 'complete' && !(best && compareTrials(best, trial) < 0)) best = trial;
    display.note(describeTrial(trial, study.trialCount));
    display.update(done(), details());
  };
  const onEvent = (event: StudyEvent): void => {
    switch (event.kind) {
      case 'trial-progress':
        running.set(event.number, event.progress.step);
        display.update(done(), details());
        return;
      case 'trial-finished':
        finishTrial(event.trial);
        return;
      case 'verification-started':
        display.note(`winner: ${event.winner.architecture}; retraining it from scratch on a fresh seed`);
        return;
      case 'verification-progress':
        showVerification(event.progress);
        return;
      case 'trial-started':
      case 'policy':
      case 'verdict':
        return;
      default:
        event satisfies never;
    }
  };
  return { onEvent, finish: () => display.finish() };
}
