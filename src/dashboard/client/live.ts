/** What the server tells, as it tells it. */
import { useEffect, useState } from 'preact/hooks';
import type { PolicySnapshot } from '../../study/storage.ts';
import type { StudyList, StudyMessage } from '../protocol.ts';
import { mergeTrainings } from './trainings.ts';
import { hasEnded, readTrial, type TrialRow } from './trial-row.ts';

/** `gone`: the server knows no such study (any more). `lost`: it doesn't answer; the browser tries again by itself. */
export type Connection = 'connecting' | 'live' | 'lost' | 'gone';

export interface Live<Value> {
  readonly connection: Connection;
  /** What was heard last. */
  readonly value: Value | undefined;
  /** Why the server can't read the study. */
  readonly error: string | undefined;
}

/** Everything that is known of a study: all trials, in order of number. */
export interface StudyView extends Omit<StudyMessage, 'whole' | 'removed' | 'trials' | 'hidden'> {
  readonly trials: readonly TrialRow[];
}

function mergeTrials(before: readonly TrialRow[], { trials, removed }: StudyMessage): readonly TrialRow[] {
  if (trials.length === 0 && removed.length === 0) return before;
  const byNumber = new Map(before.map((trial) => [trial.number, trial]));
  for (const trial of trials.map(readTrial)) byNumber.set(trial.number, trial);
  for (const number of removed) byNumber.delete(number);
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

const mergePolicies = (before: readonly PolicySnapshot[], { policies }: StudyMessage) =>
  policies.length === 0 ? before : [...before, ...policies];

/** Trials that didn't end run as long as the study does. */
function settleTrials(trials: readonly TrialRow[], { state }: StudyMessage): readonly TrialRow[] {
  const unfinished = state === 'running' ? 'running' : 'stopped';
  if (trials.every((trial) => hasEnded(trial) || trial.state === unfinished)) return trials;
  return trials.map((trial) => (hasEnded(trial) ? trial : { ...trial, state: unfinished }));
}

/** What was there before, where it is the same: what is drawn from it need not be drawn again. */
const keep = <Value>(before: Value, value: Value): Value =>
  JSON.stringify(before) === JSON.stringify(value) ? before : value;

/** What is known after a message. */
export function applyMessage(before: StudyView | undefined, message: StudyMessage): StudyView {
  const { whole, removed: _removed, hidden: _hidden, ...view } = message;
  if (whole || before === undefined) {
    return { ...view, trials: settleTrials(message.trials.map(readTrial), message) };
  }
  return {
    ...view,
    head: keep(before.head, message.head),
    models: keep(before.models, message.models),
    verdict: keep(before.verdict, message.verdict),
    trials: settleTrials(mergeTrials(before.trials, message), message),
    trainings: mergeTrainings(before.trainings, message),
    policies: mergePolicies(before.policies, message),
  };
}

/** @param merge what is known with what is told. */
function useEvents<Message, Value>(
  path: string,
  name: string,
  merge: (before: Value | undefined, message: Message) => Value,
): Live<Value> {
  const [live, setLive] = useState<Live<Value>>({
    connection: 'connecting',
    value: undefined,
    error: undefined,
  });
  useEffect(() => {
    setLive({ connection: 'connecting', value: undefined, error: undefined });
    const source = new EventSource(path);
    source.addEventListener(name, (event) => {
      const message = JSON.parse((event as MessageEvent<string>).data) as Message;
      setLive(({ value }) => ({ connection: 'live', value: merge(value, message), error: undefined }));
    });
    source.addEventListener('failure', (event) => {
      const { error } = JSON.parse((event as MessageEvent<string>).data) as { error: string };
      setLive((before) => ({ ...before, connection: 'live', error }));
    });
    source.addEventListener('gone', () => {
      source.close();
      setLive((before) => ({ ...before, connection: 'gone' }));
    });
    source.addEventListener('error', () => {
      const connection = source.readyState === EventSource.CLOSED ? 'gone' : 'lost';
      setLive((before) => ({ ...before, connection }));
    });
    return () => source.close();
  }, [path]);
  return live;
}

const takeList = (_before: StudyList | undefined, list: StudyList): StudyList => list;

export const useStudies = (): Live<StudyList> => useEvents('/api/studies', 'studies', takeList);

export const useStudy = (study: string): Live<StudyView> =>
  useEvents(`/api/studies/${encodeURIComponent(study)}`, 'study', applyMessage);

/** The time, every second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
