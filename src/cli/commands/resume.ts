/** `touchdown resume`: goes on with a study that was stopped, killed or failed, to the result it would have had. */
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { openStudyFolder, resumeStudyFolder } from '../../storage/study-folder.ts';
import { Study } from '../../study/study.ts';
import { options } from '../options.ts';
import { displayPath } from '../output.ts';
import { runStudy } from '../run-study.ts';
import { versions } from '../version.ts';

interface ResumeValues {
  readonly workers: number;
  readonly checkpointInterval?: number;
  readonly json?: true;
}

/** The verdict of a study that is complete, in JSON or a line; undefined for one that isn't. */
async function describeComplete(folder: string, json: boolean): Promise<string | undefined> {
  const storage = await openStudyFolder(folder);
  try {
    const { state, trials, verdict } = await storage.read();
    if (state !== 'complete') return undefined;
    if (json) return JSON.stringify({ study: folder, state, trials, verdict });
    const { winner } = verdict ?? {};
    const end = winner
      ? `its winner is ${winner.name}, score ${winner.score.toFixed(1)}`
      : 'it has no winner';
    return `the study in ${displayPath(folder)} is complete: ${end}`;
  } finally {
    await storage.close();
  }
}

async function resume(folder: string, values: ResumeValues): Promise<void> {
  const json = values.json === true;
  const complete = await describeComplete(folder, json);
  if (complete !== undefined) {
    console.log(complete);
    return;
  }
  const storage = await resumeStudyFolder(folder, versions());
  const { configuration } = await storage.read();
  const { id, options: settings } = configuration.environment;
  const environment = createVectorEnvironment(id, 1, settings).spec;
  const study = new Study(configuration, environment);
  const { workers, checkpointInterval } = values;
  const goesOn = true;
  await runStudy({ study, environment, storage, folder, workers, json, checkpointInterval, goesOn });
}

export function createResumeCommand(): CommandUnknownOpts {
  return new Command('resume')
    .description(
      'Go on with a study that was stopped, killed or failed: to the very result of one that never stopped.',
    )
    .addArgument(new Argument('<study>', 'folder of the study'))
    .addOption(options.workers('trials'))
    .addOption(options.checkpointInterval())
    .addOption(options.json())
    .action(resume);
}
