/** All trials of a study. However many there are, only the rows in view are in the page. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TrainingView } from '../protocol.ts';
import type { TrialRow } from './trial-row.ts';
import { formatCount, formatDuration, formatName, formatScore, formatShort } from './format.ts';
import { StateMark } from './layout.tsx';
import { trialPath } from './route.ts';
import { shareDone } from './trainings.ts';

export interface TrialsTableProps {
  readonly study: string;
  readonly trials: readonly TrialRow[];
  readonly threshold: number | undefined;
  /** Trainings of those that run, by number. */
  readonly trainings: ReadonlyMap<number, TrainingView>;
  /** Numbers of trials that have a model. */
  readonly models: ReadonlySet<number>;
  /** Trials whose learning curves are shown; undefined where trials have none. */
  readonly selected: ReadonlySet<number> | undefined;
  readonly onSelect: (number: number, selected: boolean) => void;
}

type Key = 'number' | 'name' | 'parameterCount' | 'score' | 'solvedAt' | 'steps' | 'seconds';

interface Order {
  readonly key: Key;
  readonly descending: boolean;
}

interface Column {
  readonly key: Key;
  readonly title: string;
  /** Hidden where there is little room. */
  readonly wide: boolean;
}

const columns: readonly Column[] = [
  { key: 'number', title: 'trial', wide: false },
  { key: 'name', title: 'architecture', wide: false },
  { key: 'parameterCount', title: 'parameters', wide: false },
  { key: 'score', title: 'score', wide: false },
  { key: 'solvedAt', title: 'solved at', wide: true },
  { key: 'steps', title: 'steps', wide: true },
  { key: 'seconds', title: 'time', wide: true },
];

/** In pixels; style.css has the same. */
const rowHeight = 32;
/** Rows before and after those in view. */
const margin = 8;

/** `32 relu` before `128 relu`. */
const collator = new Intl.Collator('en', { numeric: true });

function compare(a: TrialRow, b: TrialRow, { key, descending }: Order): number {
  const [left, right] = [a[key], b[key]];
  // What isn't there stands last, whichever way.
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined);
  const order = typeof left === 'string' ? collator.compare(left, String(right)) : left - Number(right);
  return (descending ? -order : order) || a.number - b.number;
}

function useRows(trials: readonly TrialRow[], filter: string, order: Order): readonly TrialRow[] {
  return useMemo(() => {
    const words = filter
      .toLowerCase()
      .split(/[\s,·]+/)
      .filter((word) => word !== '');
    const matches = ({ number, name, phase, state }: TrialRow) => {
      const text = `${number} ${name.toLowerCase()} ${phase} ${state}`;
      return words.every((word) => text.includes(word));
    };
    return (words.length === 0 ? [...trials] : trials.filter(matches)).sort((a, b) => compare(a, b, order));
  }, [trials, filter, order]);
}

/** The part of the rows that is in view. */
function useView(count: number) {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, last: 40 });
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const update = () => {
      const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - margin);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + margin;
      setView((before) => (before.first === first && before.last === last ? before : { first, last }));
    };
    update();
    element.addEventListener('scroll', update, { passive: true });
    const observer = new ResizeObserver(update);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', update);
      observer.disconnect();
    };
  }, []);
  return { frame, first: Math.min(view.first, count), last: Math.min(view.last, count) };
}

/** How a trial without a score stands. */
function Standing({ state, training }: { state: TrialRow['state']; training: TrainingView | undefined }) {
  if (training === undefined) return <StateMark state={state} />;
  if (training.score !== undefined) {
    return (
      <span class="quiet" title="It is recorded once the trials before it have ended.">
        <span class="wide">waits with </span>
        {formatScore(training.score)}
      </span>
    );
  }
  return (
    <span class={`state ${state}`} title={state}>
      <span class="wide">{state} </span>
      {shareDone(training)}
    </span>
  );
}

function Row({ trial, index, table }: { trial: TrialRow; index: number; table: TrialsTableProps }) {
  const { study, threshold, selected, onSelect, models, trainings } = table;
  const { number, name, phase, state, parameterCount, score, solvedAt, seconds } = trial;
  const training = trainings.get(number);
  const steps = trial.steps ?? training?.step;
  const solved = score !== undefined && threshold !== undefined && score >= threshold;
  return (
    <tr aria-rowindex={index + 2}>
      {selected && (
        <td class="pick">
          <input
            type="checkbox"
            aria-label={`learning curve of trial ${number}`}
            disabled={state !== 'complete' && training === undefined}
            checked={selected.has(number)}
            onChange={({ currentTarget }) => onSelect(number, currentTarget.checked)}
          />
        </td>
      )}
      <td class="number">
        <a href={trialPath(study, number)}>{number}</a>
      </td>
      <td class="name">
        {formatName(name)}
        {models.has(number) && (
          <span class="tag" title="its model is kept">
            model
          </span>
        )}
        {phase !== 'search' && <span class="tag">{phase}</span>}
      </td>
      <td class="number">{formatShort(parameterCount)}</td>
      <td class={solved ? 'number good' : 'number'}>
        {state === 'complete' ? formatScore(score) : <Standing state={state} training={training} />}
      </td>
      <td class="number wide">{solvedAt === undefined ? '–' : formatShort(solvedAt)}</td>
      <td class="number wide">{steps === undefined ? '–' : formatShort(steps)}</td>
      <td class="number wide">{seconds === undefined ? '–' : formatDuration(seconds)}</td>
    </tr>
  );
}

export function TrialsTable(props: TrialsTableProps) {
  const { trials, selected } = props;
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<Order>({ key: 'number', descending: true });
  const rows = useRows(trials, filter, order);
  const { frame, first, last } = useView(rows.length);
  const sort = (key: Key) =>
    setOrder((before) => ({
      key,
      descending: before.key === key ? !before.descending : key === 'score' || key === 'number',
    }));
  const span = columns.length + (selected ? 1 : 0);
  return (
    <>
      <div class="table-tools">
        <input
          type="search"
          placeholder="filter: 128 relu control …"
          aria-label="Filter trials"
          value={filter}
          onInput={({ currentTarget }) => setFilter(currentTarget.value)}
        />
        <span class="quiet" role="status">
          {rows.length === trials.length
            ? `${formatCount(trials.length)} trials`
            : `${formatCount(rows.length)} of ${formatCount(trials.length)} trials`}
        </span>
      </div>
      <div class="table-frame" ref={frame} tabIndex={0} role="region" aria-label="Trials, scrollable">
        <table class="trials" aria-rowcount={rows.length + 1}>
          <thead>
            <tr>
              {selected && <th class="pick">curve</th>}
              {columns.map(({ key, title, wide }) => (
                <th
                  key={key}
                  class={`${key === 'name' ? 'name' : 'number'}${wide ? ' wide' : ''}`}
                  aria-sort={order.key === key ? (order.descending ? 'descending' : 'ascending') : 'none'}
                >
                  <button type="button" onClick={() => sort(key)}>
                    {title}
                    <span class="arrow">{order.key === key ? (order.descending ? '↓' : '↑') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr class="spacer" style={{ height: `${first * rowHeight}px` }}>
              <td colSpan={span} />
            </tr>
            {rows.slice(first, last).map((trial, i) => (
              <Row key={trial.number} trial={trial} index={first + i} table={props} />
            ))}
            <tr class="spacer" style={{ height: `${(rows.length - last) * rowHeight}px` }}>
              <td colSpan={span} />
            </tr>
          </tbody>
        </table>
      </div>
    </>
  );
}
