/**
 * Watches one study for everyone who looks at it: keeps what is known of it and tells what is new. It reads the record
 * only while somebody listens.
 */
import { basename } from 'node:path';
import { type LiveTraining, trainingId } from '../study/live-training.ts';
import type { Artifact, PolicySnapshot, StudyState } from '../study/storage.ts';
import type { StudyChanges, StudyReader, TrialRecord } from '../study/study-reader.ts';
import { Poll } from './poll.ts';
import type { ModelRow, StudyHead, StudyMessage, TrainingView, TrialTuple } from './protocol.ts';
import { resumeCommand } from './resume-command.ts';
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

const describeTraining = ({ key, curve, ...state }: LiveTraining): TrainingView => ({
  id: trainingId(key),
  key,
  ...state,
  points: curve,
});

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
  /** As the record has it. */
  #recorded: StudyState | undefined;
  readonly #trials = new Map<number, TrialTuple>();
  #policies: readonly PolicySnapshot[] = [];
  readonly #trainings = new Map<string, TrainingView>();

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
    const trainings = [...this.#trainings.values()];
    return { ...latest, whole: true, trials, removed: [], policies: this.#policies, trainings, hidden: [] };
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
    const message = changes ? this.#apply(changes, stamp.changedAt) : this.#lookAtProcess();
    if (message === undefined) return;
    this.#latest = message;
    for (const listener of this.#listeners) listener(message);
  }

  #stand(recorded: StudyState): Pick<StudyMessage, 'state' | 'resume'> {
    const state = this.#source.findState(this.#folder, recorded);
    return { state, resume: resumeCommand(this.#folder, state) };
  }

  /** A process that is killed leaves the record as it was. @returns undefined where all is as it was. */
  #lookAtProcess(): StudyMessage | undefined {
    if (this.#latest === undefined || this.#recorded === undefined) return undefined;
    const standing = this.#stand(this.#recorded);
    if (standing.state === this.#latest.state) return undefined;
    const nothing = { whole: false, trials: [], removed: [], policies: [], trainings: [], hidden: [] };
    return { ...this.#latest, ...nothing, ...standing };
  }

  #apply(changes: StudyChanges, changedAt: number): StudyMessage | undefined {
    const { whole, state, removed, policies, artifacts, verdict, standing } = changes;
    const head = this.#head;
    if (head === undefined) return undefined;
    this.#recorded = state;
    if (whole) {
      this.#trials.clear();
      this.#policies = [];
      this.#trainings.clear();
    }
    // Those that are told of already change no more, or not yet.
    const trials = changes.trials
      .map(describeTrial)
      .filter(([number, , trialState]) => this.#trials.get(number)?.[2] !== trialState);
    for (const trial of trials) this.#trials.set(trial[0], trial);
    for (const number of removed) this.#trials.delete(number);
    this.#policies = [...this.#policies, ...policies];
    const trainings = changes.trainings.map(describeTraining);
    for (const training of trainings) this.#trainings.set(training.id, training);
    const hidden = changes.hidden.map(trainingId);
    for (const id of hidden) this.#trainings.delete(id);
    return {
      whole,
      head,
      ...this.#stand(state),
      changedAt,
      trials,
      removed,
      policies,
      models: artifacts.map(describeModel),
      verdict: verdict && describeVerdict(verdict),
      trainings,
      hidden,
      standing,
    };
  }
}
