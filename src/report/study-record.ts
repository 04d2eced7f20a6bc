/** What a study was made with: the command, seeds, versions, and its whole configuration. */
import type { StudySnapshot } from '../study/storage.ts';
import type { ChartedStudy } from './figure.ts';
import { html, type Html } from './html.ts';
import { formatNumberOf } from './number-format.ts';

/** Seeds of the retrainings, in the order of the race: those of the finalist that raced furthest. */
function retrainingSeeds({ verdict }: StudySnapshot): readonly number[] {
  const races = [...(verdict?.finalists ?? []), ...(verdict?.control?.finalists ?? [])];
  const [longest] = races.toSorted((a, b) => b.runs.length - a.runs.length);
  return longest === undefined ? [] : longest.runs.map(({ seed }) => seed);
}

function describeTrials({ trials }: StudySnapshot): string {
  const count = (state: string) => trials.filter((trial) => trial.state === state).length;
  const [failed, running] = [count('failed'), count('running')];
  const others = [
    ...(failed > 0 ? [`${failed} of them failed`] : []),
    ...(running > 0 ? [`${running} without an end`] : []),
  ];
  return [formatNumberOf(trials.length, 'trial'), ...others].join(', ');
}

const states = {
  complete: 'complete',
  interrupted: 'stopped before its end',
  failed: 'failed',
  running: 'not over',
} as const satisfies Record<StudySnapshot['state'], string>;

export function studyRecord({
  study,
  command,
}: ChartedStudy & { readonly command: string | undefined }): Html {
  const { configuration, versions, createdAt, state } = study;
  const seeds = retrainingSeeds(study);
  const facts: (readonly [string, string])[] = [
    ['state', `${states[state]}; ${describeTrials(study)}`],
    ['begun', createdAt],
    ['touchdown', versions.touchdown],
    ['Node', versions.node],
    ['kernels', versions.kernels],
    ['seed', String(configuration.seed)],
    ...(seeds.length === 0 ? [] : [['seeds of the retrainings', seeds.join(', ')] as const]),
  ];
  const file = 'study.json';
  return html`<p>With the same version this gives the same result, whatever the number of workers${command === undefined && html`; <code>${file}</code> is the configuration below`}:</p>
<pre class="command"><code>${command ?? `touchdown search ${file}`}</code></pre>
<dl>
${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>
<h3 id="configuration-title">Configuration</h3>
<pre role="region" aria-labelledby="configuration-title" tabindex="0"><code>${JSON.stringify(configuration, undefined, 2)}</code></pre>
`;
}
