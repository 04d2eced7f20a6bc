/** The studies below a folder, a line each. */
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { messageOf } from '../errors/message-of.ts';
import { isStudyRunning, openStudyFolder } from '../storage/study-folder.ts';
import type { ActualState, StudySnapshot, StudyState } from '../study/storage.ts';
import { type CompleteTrial, rankArchitectures } from '../study/trial.ts';
import { findWinner } from '../study/verdict.ts';
import { displayPath } from './output.ts';

/** What a study is and how far it came. */
export interface StudySummary {
  /** Its folder. */
  readonly study: string;
  /** A stopped, interrupted or failed one can go on (`touchdown resume`). */
  readonly state: ActualState;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly environment: string;
  readonly space: string;
  readonly strategy: string;
  readonly seed: number;
  /** Trials that have ended, the control's among them. */
  readonly trials: number;
  /** The search's best score so far. */
  readonly best?: number;
  readonly winner?: { readonly name: string; readonly parameterCount: number };
  /** Of the winner's retrainings. */
  readonly interquartileMean?: number;
}

/** A folder that looks like a study's, and why it can't be read. */
export interface UnreadableStudy {
  readonly study: string;
  readonly error: string;
}

const nameOfSpace = ({ space }: StudySnapshot['configuration']): string =>
  typeof space === 'string' ? space : space.name;

/** The search's trials in the order of its ranking, one per architecture. */
export function rankSearch({ trials }: Pick<StudySnapshot, 'trials'>): readonly CompleteTrial[] {
  // A one-shot search is ranked by its final scores.
  const final = rankArchitectures(trials, 'final');
  return final.length > 0 ? final : rankArchitectures(trials, 'search');
}

/** How a study stands. @param state as its record has it. */
export const findState = (study: string, state: StudyState): ActualState =>
  state === 'running' && !isStudyRunning(study) ? 'stopped' : state;

function summariseStudy(study: string, snapshot: StudySnapshot): StudySummary {
  const { configuration, state, createdAt, trials, verdict } = snapshot;
  const best = rankSearch(snapshot).at(0)?.score;
  const finalist = verdict && findWinner(verdict.finalists);
  const winner = verdict?.winner;
  return {
    study,
    state: findState(study, state),
    createdAt,
    environment: configuration.environment.id,
    space: nameOfSpace(configuration),
    strategy: configuration.strategy.name,
    seed: configuration.seed,
    trials: trials.filter((trial) => trial.state !== 'running').length,
    ...(best !== undefined && { best }),
    ...(winner && { winner: { name: winner.name, parameterCount: winner.parameterCount } }),
    ...(finalist?.summary && { interquartileMean: finalist.summary.interquartileMean }),
  };
}

/** Everything that is known of the study in a folder. @throws Error in one line where there is none. */
export async function readStudyFolder(folder: string): Promise<StudySnapshot> {
  const storage = await openStudyFolder(folder);
  try {
    return await storage.read();
  } finally {
    await storage.close();
  }
}

/** A folder that is a study itself, or those in it that are; in order of name, numbers by their value. */
async function findStudies(folder: string): Promise<readonly string[]> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`no folder "${folder}"; expected one that has studies in it`);
  }
  const hasStudy = (path: string) => existsSync(join(path, 'study.db'));
  if (hasStudy(folder)) return [folder];
  const entries = await readdir(folder, { withFileTypes: true });
  const byName = new Intl.Collator('en', { numeric: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .filter(hasStudy)
    .sort((a, b) => byName.compare(a, b));
}

/** @throws Error where there is no such folder. */
export async function listStudies(folder: string): Promise<readonly (StudySummary | UnreadableStudy)[]> {
  const found: (StudySummary | UnreadableStudy)[] = [];
  for (const study of await findStudies(folder)) {
    try {
      found.push(summariseStudy(study, await readStudyFolder(study)));
    } catch (error) {
      found.push({ study, error: messageOf(error) });
    }
  }
  return found;
}

/** `12 s`, `5 min`, `3 h`, `12 d` */
export function formatAge(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** @param now milliseconds since 1970. */
export function formatStudies(studies: readonly (StudySummary | UnreadableStudy)[], now: number): string {
  const table = new Table({
    head: [
      'study',
      'state',
      'environment',
      'space',
      'strategy',
      'seed',
      'trials',
      'best',
      'winner',
      'IQM',
      'age',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: [
      ...Array.from({ length: 5 }, () => 'left' as const),
      ...Array.from({ length: 3 }, () => 'right' as const),
      'left',
      'right',
      'right',
    ],
  });
  for (const study of studies) {
    const path = displayPath(study.study);
    if ('error' in study) {
      table.push([path, 'unreadable', ...Array.from({ length: 9 }, () => '')]);
      continue;
    }
    const { state, environment, space, strategy, seed, trials, best, winner, interquartileMean } = study;
    table.push([
      path,
      state,
      environment,
      space,
      strategy,
      seed,
      trials,
      best?.toFixed(1) ?? '',
      winner?.name ?? '',
      interquartileMean?.toFixed(1) ?? '',
      formatAge((now - Date.parse(study.createdAt)) / 1000),
    ]);
  }
  return table.toString();
}
