/** `touchdown resume`: goes on with a study that was stopped, killed or failed, to the result it would have had. */
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { resumeStudyFolder } from '../../storage/study-folder.ts';
import { withExamples } from '../examples.ts';
import { withInterrupt } from '../interrupt.ts';
import { tell } from '../messages.ts';
import { options } from '../options.ts';
import { runStudy, tellResult } from '../run-study.ts';
import { studyOf } from '../../library/study-of.ts';
import { usableWorkers } from '../usable-workers.ts';
import { versions } from '../../library/version.ts';

interface ResumeValues {
  readonly workers: number;
  readonly checkpointInterval?: number;
  readonly tensorboard?: string;
  readonly dashboard?: true;
  readonly json?: true;
}

async function resume(folder: string, values: ResumeValues): Promise<void> {
  const storage = await resumeStudyFolder(folder, versions(), tell);
  const { configuration, state } = await storage.readRecord();
  const { study, environment } = studyOf(configuration);
  const json = values.json === true;
  if (state === 'complete') {
    const record = await storage.read();
    await storage.close();
    await withInterrupt((signal) => tellResult({ study, environment, folder, json }, record, signal));
    return;
  }
  const workers = usableWorkers(study, environment, values.workers);
  const { checkpointInterval, tensorboard } = values;
  const goesOn = true;
  const dashboard = values.dashboard === true;
  await runStudy({
    study,
    environment,
    storage,
    folder,
    workers,
    json,
    checkpointInterval,
    tensorboard,
    goesOn,
    dashboard,
  });
}

export function createResumeCommand(): CommandUnknownOpts {
  const command = new Command('resume')
    .description(
      'Go on with a study that was stopped, killed or failed, to the very result of one that never stopped; of one that is complete, show the result and draw its pictures again.',
    )
    .addArgument(new Argument('<study>', 'folder of the study'))
    .addOption(options.workers('trials'))
    .addOption(options.checkpointInterval())
    .addOption(options.tensorboard('learning curves and the progress of the search'))
    .addOption(options.dashboard())
    .addOption(options.json())
    .action(resume);
  return withExamples(command, [
    'touchdown resume studies/quick-1',
    'touchdown resume studies/quick-1 --workers 1',
  ]);
}
