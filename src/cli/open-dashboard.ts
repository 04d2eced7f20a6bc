/** Puts a dashboard together: its server, and what reads studies for it. */
import { type Dashboard, startDashboard } from '../dashboard/server.ts';
import type { StudySource } from '../dashboard/study-source.ts';
import { openStudyReader } from '../storage/study-reader.ts';
import { studyOf } from '../library/study-of.ts';
import { findState } from './study-list.ts';

const source: StudySource = {
  open: openStudyReader,
  findState(folder, state) {
    try {
      return findState(folder, state);
    } catch {
      // Somebody else's study, whose lock can't be asked for: its record's word counts.
      return state;
    }
  },
  plan(configuration) {
    const { study, environment } = studyOf(configuration);
    const { space, trialCount, iterationSize } = study;
    return {
      space: space.name,
      planned: Number.isFinite(trialCount) ? trialCount : undefined,
      iterationSize,
      threshold: environment.rewardThreshold,
      decisions: space.decisions.map(({ name, choices }) => ({ name, choices })),
    };
  },
};

/**
 * Serves the studies of a folder, or one study, on 127.0.0.1 until the dashboard is closed.
 * @param port 0 for any that is free.
 * @throws Error in one line when the folder isn't there or the port is taken.
 */
export function openDashboard(folder: string, port: number): Promise<Dashboard> {
  return startDashboard({ folder, port, source });
}
