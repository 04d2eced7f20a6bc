/** What the dashboard needs of the rest of the program; whoever starts it hands it in. */
import type { StudyConfiguration } from '../study/configuration.ts';
import type { StudyReader } from '../study/study-reader.ts';
import type { StudyHead } from './protocol.ts';

export interface StudySource {
  /** Opens the study in a folder to look at. @throws Error in one line when it can't be read. */
  open(folder: string): Promise<StudyReader>;
  /** What follows from a configuration. @throws RangeError when nothing does. */
  plan(
    configuration: StudyConfiguration,
  ): Pick<StudyHead, 'planned' | 'iterationSize' | 'threshold' | 'decisions' | 'space'>;
}
