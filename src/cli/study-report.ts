/** A study's report: one HTML file with its film in it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../files/write-file.ts';
import { studyPage } from '../report/study-page.ts';
import type { StudySnapshot } from '../study/storage.ts';
import { loadAgent } from './agent.ts';
import { filmAgent } from './film.ts';
import { chartedStudy } from './study-charts.ts';
import { studyCommand } from './study-command.ts';

/** The report in the folder of a study. */
export const reportName = 'report.html';

/** The winner's model in the folder of a study. */
export const winnerFile = join('models', 'winner.safetensors');

/**
 * Films the winner on the study's seed, unless that is done.
 * @returns the film's path; undefined where the study has no winner, or no model of it.
 */
export async function filmWinner(
  folder: string,
  { configuration, verdict }: StudySnapshot,
  signal: AbortSignal,
): Promise<string | undefined> {
  const model = join(folder, winnerFile);
  if (!verdict?.winner || !existsSync(model)) return undefined;
  const path = join(folder, 'winner.mp4');
  if (existsSync(path)) return path;
  const { environment, seed } = configuration;
  await filmAgent({ agent: await loadAgent(model), environment, seeds: [seed], path, signal });
  return path;
}

export interface ReportOptions {
  /** The HTML file, which may be there already. */
  readonly path: string;
  /** The winner's film, if there is one. */
  readonly film: string | undefined;
  /** Trials per iteration of the strategy. */
  readonly iterationSize: number;
  /** The return that counts as solved. */
  readonly threshold: number | undefined;
  /** Whether a process is at the study. */
  readonly isRunning: boolean;
}

/** Writes the report of a study, complete or not. @returns its size in bytes. */
export async function writeStudyReport(
  study: StudySnapshot,
  { path, film, iterationSize, threshold, isRunning }: ReportOptions,
): Promise<number> {
  const page = await studyPage({
    ...chartedStudy(study, iterationSize, threshold),
    isRunning,
    film: film === undefined ? undefined : { bytes: await readFile(film), seed: study.configuration.seed },
    command: studyCommand(study.configuration),
  });
  await writeFileAtomically(path, page);
  return Buffer.byteLength(page);
}
