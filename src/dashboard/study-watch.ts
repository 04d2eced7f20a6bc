/**
 * Watches one study for everyone who looks at it: keeps what is known of it and tells what is new. It reads the record
 * only while somebody listens.
 */
import { basename } from 'node:path';
import type { Artifact, PolicySnapshot } from '../study/storage.ts';
import type { StudyChanges, StudyReader, TrialRecord } from '../study/study-reader.ts';
import { Poll } from './poll.ts';
import type { ModelRow, StudyHead, StudyMessage, TrialTuple } from './protocol.ts';
import type { StudyFolders } from './study-folders.ts';
import type { StudySource } from './study-source.ts';
import { describeVerdict } from './verdict-view.ts';

/** What a listener hears; `undefined` when the study is gone, the last thing it hears. */
export type StudyListener = (message: StudyMessage | undefined) => void;

function describeTrial(trial: TrialRecord): TrialTuple {
  const { number, phase, state, name, parameterCount, seed, budget } = trial;
  const start = [number, phase, state, name, parameterCount, seed, budget] as const;
  switch (trial.state) {
    case 'running':
      return [...start, null, null, null, null, null, null, null];
    case 'failed':
      return [...start, null, null, null, null, null, Math.round(1000 * trial.seconds), trial.error];
    case 'complete': {
      const { score, seconds, training } = trial;
      const { steps, episodes, updates, solvedAt = null } = training;
      return [...start, score, steps, episodes, updates, solvedAt, Math.round(1000 * seconds), null];
    }
    default:
      return trial satisfies never;
  }
}

const describeModel = ({ path, trial }: Artifact): ModelRow => ({ file: basename(path), trial });

function describeHead(id: string, { record }: StudyReader, source: StudySource): StudyHead {
  const { configuration, createdAt, versions } = record;
  const { environment, strategy, seed } = configuration;
  return {
    id,
    createdAt,
    environment,
    strategy: strategy.name,
    seed,
    versions,
    ...source.plan(configuration),
  };
}

export class StudyWatch {
  readonly #id: string;
  readonly #folder: string;
  readonly #folders: StudyFolders;
  readonly #source: StudySource;
  readonly #listeners = new Set<StudyListener>();
  readonly #poll: Poll;
  #reader: StudyReader | undefined;
  #inode = -1;
  #head: StudyHead | undefined;
  #latest: StudyMessage | undefined;
  readonly #trials = new Map<number, TrialTuple>();
  #policies: readonly PolicySnapshot[] = [];

  /** @param folder of the study `id`. @param onIdle when nobody listens any more. */
  constructor(id: string, folder: string, folders: StudyFolders, source: StudySource, onIdle: () => void) {
    this.#id = id;
    this.#folder = folder;
    this.#folders = folders;
    this.#source = source;
    this.#poll = new Poll(
      () => this.#look(),
      () => {
        onIdle();
        return this.#forget();
      },
    );
  }

  /**
   * Tells the listener everything, then what is new, until the returned function is called.
   * @throws Error when the study can't be read.
   */
  async listen(listener: StudyListener): Promise<() => void> {
    const release = this.#poll.hold();
    try {
      await this.#poll.once();
    } catch (error) {
      release();
      throw error;
    }
    listener(this.#latest && this.#everything(this.#latest));
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      release();
    };
  }

  #everything(latest: StudyMessage): StudyMessage {
    const trials = [...this.#trials.values()].sort(([a], [b]) => a - b);
    return { ...latest, whole: true, trials, removed: [], policies: this.#policies };
  }

  async #forget(): Promise<void> {
    await this.#reader?.close();
    this.#reader = undefined;
    this.#inode = -1;
    this.#latest = undefined;
  }

  async #look(): Promise<void> {
    const stamp = await this.#folders.stamp(this.#folder);
    if (stamp === undefined) {
      await this.#forget();
      for (const listener of this.#listeners) listener(undefined);
      return;
    }
    if (stamp.inode !== this.#inode) {
      await this.#forget();
      this.#reader = await this.#source.open(this.#folder);
      this.#head = describeHead(this.#id, this.#reader, this.#source);
      this.#inode = stamp.inode;
    }
    const changes = await this.#reader?.look();
    if (changes === undefined || this.#head === undefined) return;
    const message = this.#apply(changes, this.#head, stamp.changedAt);
    this.#latest = message;
    for (const listener of this.#listeners) listener(message);
  }

  #apply(changes: StudyChanges, head: StudyHead, changedAt: number): StudyMessage {
    const { whole, state, removed, policies, artifacts, verdict } = changes;
    if (whole) {
      this.#trials.clear();
      this.#policies = [];
    }
    const trials = changes.trials.map(describeTrial);
    for (const trial of trials) this.#trials.set(trial[0], trial);
    for (const number of removed) this.#trials.delete(number);
    this.#policies = [...this.#policies, ...policies];
    return {
      whole,
      head,
      state,
      changedAt,
      trials,
      removed,
      policies,
      models: artifacts.map(describeModel),
      verdict: verdict && describeVerdict(verdict),
    };
  }
}
