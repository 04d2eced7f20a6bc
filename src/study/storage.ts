/** The port of storages: where a study's record is kept while it runs and afterwards. */
import type { Model } from '../networks/model.ts';
import type { StudyConfiguration } from './configuration.ts';
import type { LiveTraining, StudyStanding, TrainingKey } from './live-training.ts';
import type { FinishedTrial, RunningTrial, Trial } from './trial.ts';
import type { Verdict } from './verdict.ts';

/** Versions that decide what a result is. */
export interface Versions {
  /** Of this package. */
  readonly touchdown: string;
  /** Of Node, without a `v`. */
  readonly node: string;
  /** The kernel target, such as `native-avx2`. */
  readonly kernels: string;
}

/**
 * `running` also of a study whose process was killed. `interrupted`: stopped from outside. `failed`: an error of
 * the study itself, such as a full disk; a failed trial doesn't make a failed study.
 */
export type StudyState = 'running' | 'complete' | 'interrupted' | 'failed';

/** How a study really stands: `stopped` where its record says `running` and no process is at it. */
export type ActualState = StudyState | 'stopped';

/** What a study is, without what came of it. */
export interface StudyRecord {
  /** All that its result depends on, besides the versions. */
  readonly configuration: StudyConfiguration;
  /** That it was begun with. */
  readonly versions: Versions;
  /** What has become of it. */
  readonly state: StudyState;
  /** When it was begun: ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The strategy's policy after so many iterations; 0 is the one it began with. */
export interface PolicySnapshot {
  /** Of the strategy: 0, 1, 2, … */
  readonly iteration: number;
  /** Per decision of the space, per choice: from 0 to 1. */
  readonly probabilities: readonly (readonly number[])[];
}

/** A file of the study. */
export interface Artifact {
  /** What is in it: a trained Q-network, which `loadModel` reads. */
  readonly kind: 'model';
  /** Relative to the study, such as `models/trial-12.safetensors`. */
  readonly path: string;
  /** The trial it comes from; undefined for the verdict's. */
  readonly trial: number | undefined;
}

/** Everything that is known of a study. */
export interface StudySnapshot extends StudyRecord {
  /** In order of number. */
  readonly trials: readonly Trial[];
  /** In order of iteration. */
  readonly policies: readonly PolicySnapshot[];
  /** In order of path. */
  readonly artifacts: readonly Artifact[];
  /** Undefined while there is none, and where no trial completed. */
  readonly verdict: Verdict | undefined;
}

/** What a study needs to go on from where it stopped. Gone when it is complete. */
export interface Checkpoints {
  /**
   * What a job came to.
   * @param onDamaged told in one line where it is there but can't be used.
   * @returns undefined where it is not there.
   */
  readResult(label: string, onDamaged: (problem: string) => void): Promise<unknown>;
  /** Keeps a result, in place of the job's state. */
  writeResult(label: string, result: unknown): Promise<void>;
  /** The file (src/files/checkpoint-file.ts) for the state of a job while it runs. */
  stateFile(label: string): string;
}

/** Every method takes effect whole or not at all, and is safe on disk when its promise resolves, but for the last ones. */
export interface Storage {
  readonly checkpoints: Checkpoints;
  /**
   * The study begins, or goes on: it is in state `running` and holds no trials that didn't end.
   * @returns what is known of it.
   */
  begin(): Promise<StudySnapshot>;
  startTrial(trial: RunningTrial): Promise<void>;
  /** Replaces the running trial of that number. @throws Error when there is none. */
  finishTrial(trial: FinishedTrial): Promise<void>;
  addPolicy(snapshot: PolicySnapshot): Promise<void>;
  /** Writes the model's file and enters it among the artifacts, replacing one of that path. */
  saveModel(artifact: Artifact, model: Model): Promise<void>;
  /**
   * The study ends: in this state, with a verdict if it got that far. Trials still running are forgotten; checkpoints too, once
   * it is complete.
   */
  finish(state: Exclude<StudyState, 'running'>, verdict?: Verdict): Promise<void>;
  read(): Promise<StudySnapshot>;
  close(): Promise<void>;
  /**
   * This and what follows is for whoever looks on: it changes nothing that `read` gives, may be lost when the machine
   * stops, and is forgotten when the study begins, goes on and ends.
   */
  showTraining(training: LiveTraining): Promise<void>;
  /** Nothing where it isn't shown. */
  hideTraining(key: TrainingKey): Promise<void>;
  showStanding(standing: StudyStanding): Promise<void>;
}
