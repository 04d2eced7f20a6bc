/** `touchdown report`: a study as one HTML file, and its charts. */
import { join } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { isStudyRunning } from '../../storage/study-folder.ts';
import { withExamples } from '../examples.ts';
import { withInterrupt } from '../interrupt.ts';
import { options } from '../options.ts';
import { displayPath, prepareOutput } from '../output.ts';
import { formatBytes } from '../progress.ts';
import { readStudyFolder } from '../study-list.ts';
import { studyOf } from '../../library/study-of.ts';
import { formatFacts } from '../summary.ts';

interface ReportValues {
  readonly output?: string;
  readonly overwrite?: true;
  readonly json?: true;
}

async function report(folder: string, values: ReportValues): Promise<void> {
  const record = await readStudyFolder(folder);
  // Loaded only here: drawing takes longer to load than most commands run.
  const { writeStudyCharts } = await import('../study-charts.ts');
  const { filmWinner, reportName, writeStudyReport } = await import('../study-report.ts');
  const { study, environment } = studyOf(record.configuration);
  const { iterationSize } = study;
  const threshold = environment.rewardThreshold;
  const path = values.output ?? join(folder, reportName);
  // The one in the study's folder belongs to the study, as its charts do.
  await prepareOutput(path, values.overwrite ?? values.output === undefined);
  await withInterrupt(async (signal) => {
    const charts = await writeStudyCharts(folder, record, iterationSize, threshold);
    const film = await filmWinner(folder, record, signal);
    const bytes = await writeStudyReport(record, {
      path,
      film,
      iterationSize,
      threshold,
      isRunning: isStudyRunning(folder),
    });
    if (values.json) {
      console.log(JSON.stringify({ report: path, bytes, state: record.state, charts, film }));
      return;
    }
    console.log(
      formatFacts([
        ['state', record.state],
        ...charts.map(({ title, file }) => [title, displayPath(file)] as const),
        ...(film === undefined ? [] : [['film', displayPath(film)] as const]),
        ['report', `${displayPath(path)} (${formatBytes(bytes)})`],
      ]),
    );
  });
}

export function createReportCommand(): CommandUnknownOpts {
  const command = new Command('report')
    .description(
      'Show a study, finished or not: one HTML file that needs no network, and its charts as SVG and PNG.',
    )
    .argument('<study>', 'folder of a study')
    .addOption(options.output('HTML file (default: report.html in the folder of the study)'))
    .addOption(options.overwrite())
    .addOption(options.json())
    .action((folder, values) => report(folder, values));
  return withExamples(command, [
    'touchdown report studies/quick-1',
    'touchdown report studies/quick-1 --output quick.html',
  ]);
}
