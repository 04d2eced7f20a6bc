/** How a search goes, on the terminal: a line per trial and a progress line over all the work there is. */
import type { TrainingProgress } from '../agents/train.ts';
import { describeSample, type SearchSpace } from '../search/space.ts';
import type { Study, StudyEvent } from '../study/study.ts';
import type { FinishedTrial } from '../study/trial.ts';
import { createProgress, formatCount, formatDuration } from './progress.ts';

function describeTrial(trial: FinishedTrial, trialCount: number, space: SearchSpace): string {
  const number = `trial ${String(trial.number + 1).padStart(String(trialCount).length)}/${trialCount}`;
  const name = describeSample(space, trial.sample).padEnd(24);
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
  const { trial, verification } = study.configuration;
  const display = createProgress(study.trialCount * trial.steps + verification.steps, undefined);
  /** Steps of the trials that run now, by number. */
  const running = new Map<number, number>();
  let finished = 0;
  let verified = 0;
  let best: FinishedTrial | undefined;

  const done = (): number =>
    finished * trial.steps + [...running.values()].reduce((sum, steps) => sum + steps, 0) + verified;
  const details = (): string => {
    const leader =
      best?.state === 'complete'
        ? ` · best ${best.score.toFixed(1)} (${describeSample(study.space, best.sample)})`
        : '';
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
  const onEvent = (event: StudyEvent): void => {
    switch (event.kind) {
      case 'trial-progress':
        running.set(event.number, event.progress.step);
        display.update(done(), details());
        return;
      case 'trial-finished':
        running.delete(event.trial.number);
        finished = event.trial.number + 1;
        if (
          event.trial.state === 'complete' &&
          !(best?.state === 'complete' && best.score >= event.trial.score)
        ) {
          best = event.trial;
        }
        display.note(describeTrial(event.trial, study.trialCount, study.space));
        display.update(done(), details());
        return;
      case 'verification-started':
        display.note(
          `winner: ${describeSample(study.space, event.winner.sample)}; retraining it from scratch on a fresh seed`,
        );
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
