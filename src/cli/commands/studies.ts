/** `touchdown studies`: the record of searches: to be listed, looked at, exported, removed. */
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Argument, Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { withExamples } from '../examples.ts';
import { withInterrupt } from '../interrupt.ts';
import { tell } from '../messages.ts';
import { options } from '../options.ts';
import { displayPath, prepareOutput } from '../output.ts';
import { removeStudies } from '../remove-study.ts';
import { formatStudy } from '../study-details.ts';
import { exportFormats, exportStudy } from '../study-export.ts';
import { formatStudies, listStudies, readStudyFolder } from '../study-list.ts';
import { studyOf } from '../../library/study-of.ts';

const studyArgument = () => new Argument('<study>', 'the folder of a study');

async function list(folder: string, json: boolean): Promise<void> {
  const studies = await listStudies(folder);
  if (json) {
    console.log(JSON.stringify(studies));
    return;
  }
  if (studies.length === 0) tell(`no studies in ${displayPath(folder)}`);
  else console.log(formatStudies(studies, Date.now()));
  for (const study of studies) {
    if ('error' in study) tell(`${displayPath(study.study)}: ${study.error}`);
  }
}

async function show(folder: string, json: boolean): Promise<void> {
  const snapshot = await readStudyFolder(folder);
  if (json) {
    console.log(JSON.stringify(snapshot));
    return;
  }
  const { study, environment } = studyOf(snapshot.configuration);
  console.log(formatStudy(folder, snapshot, study, environment.rewardThreshold));
}

export function createStudiesCommand(): CommandUnknownOpts {
  const command = new Command('studies').description(
    'List, show, export and remove studies: what searches leave behind, a folder each.',
  );
  withExamples(
    command
      .command('list')
      .description('List the studies in a folder, or the one that it is.')
      .addArgument(new Argument('[folder]', 'where to look').default('studies'))
      .addOption(options.json())
      .action((folder, { json = false }) => list(folder, json)),
    ['touchdown studies list', 'touchdown studies list comparisons/lunar-lander-100-1 --json'],
  );
  withExamples(
    command
      .command('show')
      .description('Show what a study is, its best architectures, and its verdict.')
      .addArgument(studyArgument())
      .addOption(options.json())
      .action((study, { json = false }) => show(study, json)),
    ['touchdown studies show studies/quick-1', 'touchdown studies show studies/quick-1 --json'],
  );
  withExamples(
    command
      .command('export')
      .description(
        'Export a study: csv, a row per trial; json, all there is; config, the file that `touchdown search` runs the same study from.',
      )
      .addArgument(studyArgument())
      .addOption(
        new Option('--format <format>', 'of the export').choices(exportFormats).default('csv' as const),
      )
      .addOption(
        options.output('file to write (default: standard output); config as JSON where it ends in .json'),
      )
      .addOption(options.overwrite())
      .action(async (study, { format, output, overwrite = false }) => {
        const text = exportStudy(await readStudyFolder(study), format, extname(output ?? '') === '.json');
        if (output === undefined) {
          process.stdout.write(text);
          return;
        }
        await prepareOutput(output, overwrite);
        await writeFile(output, text);
      }),
    [
      'touchdown studies export studies/quick-1 --output trials.csv',
      'touchdown studies export studies/quick-1 --format config --output again.yaml',
    ],
  );
  withExamples(
    command
      .command('remove')
      .description('Remove studies with all their files. Asks before; --yes where nobody can be asked.')
      .addArgument(new Argument('<studies...>', 'folders of studies'))
      .addOption(new Option('-y, --yes', 'remove without asking'))
      .addOption(options.json())
      .action(async (studies, { yes = false, json = false }) => {
        const isRemoved = await withInterrupt((signal) => removeStudies(studies, yes, signal));
        if (json) console.log(JSON.stringify({ removed: isRemoved ? studies : [] }));
        else tell(isRemoved ? `removed ${studies.map(displayPath).join(', ')}` : 'nothing was removed');
      }),
    [
      'touchdown studies remove studies/quick-1',
      'touchdown studies remove studies/quick-1 studies/quick-2 --yes',
    ],
  );
  return withExamples(command, ['touchdown studies list', 'touchdown studies show studies/quick-1']);
}
