/** The schema's history. A migration that was released is never changed; what comes later goes into a new one. */
import type { Migration } from 'kysely/migration';
import { up as createStudies } from './0001-studies.ts';
import { up as reviseVerdicts } from './0002-verdicts.ts';
import { up as addFinalPhase } from './0003-one-shot.ts';
import { up as addLiveTrainings } from './0004-live-trainings.ts';

/** By name; they run in the order of their names. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-studies': { up: createStudies },
  '0002-verdicts': { up: reviseVerdicts },
  '0003-one-shot': { up: addFinalPhase },
  '0004-live-trainings': { up: addLiveTrainings },
};
