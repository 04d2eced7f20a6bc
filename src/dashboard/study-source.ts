/** What the dashboard needs of the rest of the program; whoever starts it hands it in. */
import type { StudyConfiguration } from '../study/configuration.ts';
import type { ActualState, StudyState } from '../study/storage.ts';
import type { StudyReader } from '../study/study-reader.ts';
import type { StudyHead } from './protocol.ts';

/** What follows from a study's configuration. */
export type StudyPlan = Pick<StudyHead, 'planned' | 'iterationSize' | 'threshold' | 'decisions' | 'space'>;

export interface StudySource {
  /** Opens the study in a folder to look at. @throws Error in one line when it can't be read. */
  open(folder: string): Promise<StudyReader>;
  /** How the study in a folder stands, whose record has that state. */
  findState(folder: string, state: StudyState): ActualState;
  /** @throws RangeError for a configuration that no study can have. */
  plan(configuration: StudyConfiguration): StudyPlan;
}
