/** A study's verdict on a terminal: the finalists as a table, then in words. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import { describeVerdict, tabulateFinalists } from '../report/verdict-facts.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import type { Finalist, Verdict } from '../study/verdict.ts';
import { formatFacts } from './summary.ts';

function formatFinalists(finalists: readonly Finalist[], threshold: number | undefined): string {
  const { columns, rows } = tabulateFinalists(finalists, threshold);
  const table = new Table({
    head: columns.map(({ title }) => title),
    style: { head: [], border: [], compact: true },
    colAligns: columns.map(({ isNumber }) => (isNumber ? 'right' : 'left')),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** @param verdict undefined where no trial completed. @param threshold the return that counts as solved. */
export function formatVerdict(
  verdict: Verdict | undefined,
  configuration: StudyConfiguration,
  threshold: number | undefined,
): string {
  if (!verdict) return 'No trial completed, so there is no winner.';
  const facts = formatFacts(
    describeVerdict(verdict, configuration).map(([name, value, emphasis]) => [
      name,
      emphasis === undefined ? value : value.replace(emphasis, (text) => styleText('bold', text)),
    ]),
  );
  const { finalists } = verdict;
  return finalists.length === 0 ? facts : `${formatFinalists(finalists, threshold)}\n${facts}`;
}
