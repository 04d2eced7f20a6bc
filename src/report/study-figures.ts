/**
 * The pictures of a study, of whatever strategy and however far it got: how the search went, what the controller
 * prefers, what choices and sizes score, the finalists' trainings and scores, and how their episodes are spread.
 */
import type { ChartedStudy, Figure } from './figure.ts';
import { drawController, drawProgress } from './search-figures.ts';
import { drawChoices, drawMaps, drawSizes } from './space-figures.ts';
import { drawFinalists, drawLearning, drawProfiles, drawWinner } from './verdict-figures.ts';

/** Those that there is something to draw for, by the part of a report that they belong to. */
export interface StudyFigures {
  readonly finalists: readonly Figure[];
  readonly search: readonly Figure[];
  readonly space: readonly Figure[];
  readonly retraining: readonly Figure[];
}

export function studyFigures(charted: ChartedStudy): StudyFigures {
  return {
    finalists: drawFinalists(charted),
    search: [...drawProgress(charted), ...drawController(charted)],
    space: [...drawMaps(charted), ...drawChoices(charted), ...drawSizes(charted)],
    retraining: [...drawLearning(charted), ...drawWinner(charted), ...drawProfiles(charted)],
  };
}
