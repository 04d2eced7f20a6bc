/** How far a study is, and how it goes on where it has stopped. */
import type { StudyMessage } from '../protocol.ts';
import { formatDuration } from './format.ts';

/** The command that goes on with a study; nothing where there is none. */
export function Resume({ state, resume }: Pick<StudyMessage, 'state' | 'resume'>) {
  if (resume === undefined) return null;
  return (
    <p class="resume">
      {state === 'stopped' && 'No process is at it any more. '}To go on: <code>{resume}</code>
    </p>
  );
}

/** Share of the work that is done and time left; nothing where they aren't known. */
export function StandingLine({ state, standing }: Pick<StudyMessage, 'state' | 'standing'>) {
  if (standing === undefined) return null;
  const { share, secondsLeft } = standing;
  const percent = `${Math.floor(100 * share)} %`;
  const left = secondsLeft === undefined ? '' : `, about ${formatDuration(secondsLeft)} left`;
  return (
    <p class={`progress ${state}`}>
      <progress value={share} aria-label="Share of the study’s work that is done" />
      <span>{state === 'running' ? `${percent} done${left}` : `stopped at ${percent}`}</span>
    </p>
  );
}
