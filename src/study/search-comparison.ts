/**
 * Strategies compared by real searches, at equal work: for every seed the first strategy searches with its own settings,
 * and what that took is the budget of the others. Every search is a study that ends with the same verification: its
 * finalists are retrained from scratch on the seed's retraining seeds and play the seed's test episodes, the same for
 * all strategies.
 */
import type { EnvironmentSpec } from '../environments/environment.ts';
import { parseStudyConfiguration, type StudyConfiguration } from './configuration.ts';
import type { StudyEvent } from './events.ts';
import type { Executor } from './executor.ts';
import type { SearchComparisonConfiguration } from './search-comparison-configuration.ts';
import type { Storage } from './storage.ts';
import { Study } from './study.ts';

/** One search of one strategy. */
export interface PlannedStudy {
  /** Its name. */
  readonly strategy: StudyConfiguration['strategy']['name'];
  readonly seed: number;
}

export interface FinishedStudy extends PlannedStudy {
  /** Multiply-adds (src/search/work.ts) that the search took. */
  readonly work: number;
  /** Wall time of search and verification. */
  readonly seconds: number;
}

/** The port of records: where studies are kept, and which of them are done. */
export interface ComparisonRecord {
  readonly finished: readonly FinishedStudy[];
  /** Storage for a study that begins, or goes on from where an earlier attempt at it was stopped. */
  openStudy(planned: PlannedStudy, configuration: StudyConfiguration): Promise<Storage>;
  /** Safe on disk when its promise resolves. */
  add(finished: FinishedStudy): Promise<void>;
}

export interface SearchComparisonPorts {
  readonly executor: Executor;
  readonly record: ComparisonRecord;
  readonly signal: AbortSignal;
  /** @returns what listens to the study's events. */
  readonly onStart: (planned: PlannedStudy, study: Study) => (event: StudyEvent) => void;
  /** Before the study counts as done. */
  readonly onEnd: (planned: PlannedStudy, study: Study) => Promise<void>;
}

const isSame = (a: PlannedStudy, b: PlannedStudy): boolean => a.strategy === b.strategy && a.seed === b.seed;

export class SearchComparison {
  readonly configuration: SearchComparisonConfiguration;
  /** All strategies on one seed, then on the next; in order of the configuration. */
  readonly plan: readonly PlannedStudy[];
  /** The first strategy's study, on the first seed: to be looked at, not run. */
  readonly first: Study;
  readonly #environment: EnvironmentSpec;

  /**
   * @param environment what the studies' configurations name.
   * @throws RangeError when space, strategies and environment don't fit together.
   */
  constructor(configuration: SearchComparisonConfiguration, environment: EnvironmentSpec) {
    const { seeds, studies } = configuration;
    this.configuration = configuration;
    this.#environment = environment;
    this.plan = Array.from({ length: seeds }, (_, i) =>
      studies.map(({ strategy, seed }): PlannedStudy => ({ strategy: strategy.name, seed: seed + i })),
    ).flat();
    // All of them: what can't work is refused before anything has happened.
    [this.first] = studies.map((study) => new Study(study, environment));
  }

  /** What the record lacks, in the order of the plan. */
  remaining({ finished }: Pick<ComparisonRecord, 'finished'>): readonly PlannedStudy[] {
    return this.plan.filter((planned) => !finished.some((study) => isSame(study, planned)));
  }

  /**
   * Does what the record lacks, one study after another. An abort ends it cleanly: the study that runs then is not
   * done, those before it are.
   * @throws what a port throws.
   */
  async run(ports: SearchComparisonPorts): Promise<'complete' | 'interrupted'> {
    for (const planned of this.remaining(ports.record)) {
      if (ports.signal.aborted || !(await this.#runStudy(planned, ports))) return 'interrupted';
    }
    return 'complete';
  }

  /** The configuration of a planned study; what the first one of its seed took is the others' budget. */
  #configure({ strategy, seed }: PlannedStudy, finished: readonly FinishedStudy[]): StudyConfiguration {
    const { studies } = this.configuration;
    const [first] = studies;
    const configuration = studies.find((study) => study.strategy.name === strategy) ?? first;
    if (configuration === first) return { ...configuration, seed };
    const model = finished.find((study) => isSame(study, { strategy: first.strategy.name, seed }));
    if (model === undefined) throw new Error(`no study of ${first.strategy.name} with seed ${seed}`);
    return parseStudyConfiguration({ ...configuration, seed, budget: { work: model.work } });
  }

  /** @returns whether it is done. */
  async #runStudy(planned: PlannedStudy, ports: SearchComparisonPorts): Promise<boolean> {
    const { executor, record, signal, onStart, onEnd } = ports;
    const configuration = this.#configure(planned, record.finished);
    const study = new Study(configuration, this.#environment);
    const start = performance.now();
    const storage = await record.openStudy(planned, configuration);
    try {
      const onEvent = onStart(planned, study);
      const { work } = await study.run({ executor, storage, signal, onEvent });
      if (work === undefined) return false;
      const seconds = (performance.now() - start) / 1000;
      await onEnd(planned, study);
      await record.add({ ...planned, work, seconds });
      return true;
    } finally {
      await storage.close();
    }
  }
}
