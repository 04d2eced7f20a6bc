/** `touchdown dashboard`: studies in the browser, as they run. */
import { once } from 'node:events';
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { withExamples } from '../examples.ts';
import { withInterrupt } from '../interrupt.ts';
import { tell } from '../messages.ts';
import { wholeNumber } from '../parse.ts';

const defaultPort = 4200;
const largestPort = 65_535;

export function createDashboardCommand(): CommandUnknownOpts {
  const command = new Command('dashboard')
    .description(
      'Show studies in the browser while they run: charts that grow, trials, and the best agent flying.',
    )
    .argument('[folder]', 'folder of studies, or of one study', 'studies')
    .addOption(
      new Option('--port <n>', 'where to listen on 127.0.0.1; 0 takes any free port')
        .argParser(wholeNumber(0, largestPort))
        .default(defaultPort),
    )
    .action(async (folder, { port }) => {
      const { openDashboard } = await import('../open-dashboard.ts');
      const dashboard = await openDashboard(folder, port);
      console.log(dashboard.url);
      tell('Ctrl-C stops');
      await withInterrupt(async (signal) => {
        if (!signal.aborted) await once(signal, 'abort');
        await dashboard.close();
      });
    });
  return withExamples(command, ['touchdown dashboard', 'touchdown dashboard studies/quick-1 --port 8080']);
}
