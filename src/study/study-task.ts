/** What the parts of a study have in common: what it is about, what they run with, what a search ends with. */
import type { EnvironmentSpec } from '../environments/environment.ts';
import type { SearchSpace } from '../search/space.ts';
import type { StudyConfiguration } from './configuration.ts';
import type { StudyEvent } from './events.ts';
import type { Executor } from './executor.ts';
import type { StudySeeds } from './seeds.ts';
import type { StudyRecorder } from './study-recorder.ts';
import type { StudySamples } from './study-samples.ts';
import type { Candidate } from './trial.ts';

export interface StudyTask {
  readonly configuration: StudyConfiguration;
  readonly space: SearchSpace;
  readonly environment: EnvironmentSpec;
  readonly samples: StudySamples;
  readonly seeds: StudySeeds;
}

export interface StudyRun {
  readonly executor: Executor;
  readonly recorder: StudyRecorder;
  /** Stops the study. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: StudyEvent) => void;
}

/** What a search, of whatever kind, ends with. */
export interface SearchOutcome {
  /** Distinct architectures, best first. */
  readonly ranking: readonly Candidate[];
  /** What it took, in the multiply-adds of src/search/work.ts: the budget of a control. */
  readonly work: number;
}

/** A control's ranking and the work it took. */
export interface ControlOutcome extends SearchOutcome {
  readonly searchWork: number;
}
