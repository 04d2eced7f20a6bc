/**
 * A study as one page that needs nothing else: no network, no other file, and no script to be read. Its parts are in
 * the order in which one asks: what came out, what it looks like, how it came about, what all of it was made with.
 */
import { createHash } from 'node:crypto';
import { drawFigure } from './drawn-figure.ts';
import type { ChartedStudy, Figure } from './figure.ts';
import { html, type Html, trustedHtml } from './html.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { studyFigures } from './study-figures.ts';
import { studyRecord } from './study-record.ts';
import { trialTable } from './trial-table.ts';
import { filmPart, noticeOf, verdictPart } from './verdict-part.ts';

export interface StudyReport extends ChartedStudy {
  /** Of the winner, as MP4. */
  readonly film: { readonly bytes: Uint8Array; readonly seed: number } | undefined;
  /** The command line that repeats the study by flags alone; undefined where it takes a file. */
  readonly command: string | undefined;
  /** Whether a process is at the study. */
  readonly isRunning: boolean;
}

/** What a browser may do with the page: show it, with exactly this style and script. */
function securityPolicy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(pageStyle)}`,
    `script-src ${hash(pageScript)}`,
    'media-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const part = (id: string, title: string, contents: readonly Html[]): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${contents}</section>
`;

const drawAll = (figures: readonly Figure[]): Promise<Html[]> => Promise.all(figures.map(drawFigure));

/** The whole HTML document. */
export async function studyPage(report: StudyReport): Promise<string> {
  const { study, space } = report;
  const { configuration, createdAt, versions } = study;
  const { environment, strategy, seed } = configuration;
  const figures = studyFigures(report);
  const parts: { id: string; title: string; contents: readonly Html[] }[] = [
    {
      id: 'verdict',
      title: 'Verdict',
      contents: [verdictPart(report), ...(await drawAll(figures.finalists))],
    },
    { id: 'film', title: 'The winner flying', contents: study.verdict ? [filmPart(report)] : [] },
    { id: 'search', title: 'How the search went', contents: await drawAll(figures.search) },
    { id: 'space', title: 'What makes the difference', contents: await drawAll(figures.space) },
    { id: 'retraining', title: 'The retrainings', contents: await drawAll(figures.retraining) },
    { id: 'trials', title: 'All trials', contents: [trialTable(study)] },
    { id: 'record', title: 'How to repeat it', contents: [studyRecord(report)] },
  ];
  const shown = parts.filter(({ contents }) => contents.length > 0);
  const title = `${space.name} on ${environment.id}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}: ${strategy.name}, seed ${seed}</title>
<style>${trustedHtml(pageStyle)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="quiet">Architecture search with ${strategy.name}, seed ${seed}, begun <time datetime="${createdAt}">${createdAt.slice(0, 16).replace('T', ' ')} UTC</time>; touchdown ${versions.touchdown}, kernels ${versions.kernels}.</p>
${noticeOf(study, report.isRunning)}<nav aria-label="Parts"><ul>${shown.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main>
${shown.map(({ id, title: name, contents }) => part(id, name, contents))}</main>
<script>${trustedHtml(pageScript)}</script>
</body>
</html>
`;
  return String(page);
}
