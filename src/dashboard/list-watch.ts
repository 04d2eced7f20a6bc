/** Watches the folder of studies: reads those that have changed and tells the list when it is another. */
import { messageOf } from '../errors/message-of.ts';
import { Poll } from './poll.ts';
import type { StudyState } from '../study/storage.ts';
import type { StudyList, StudyListItem, UnreadableStudy } from './protocol.ts';
import { resumeCommand } from './resume-command.ts';
import type { StudyFolders } from './study-folders.ts';
import type { StudyPlan, StudySource } from './study-source.ts';

type Entry = StudyListItem | UnreadableStudy;

interface Known {
  /** Of the record, when it was read. */
  readonly changedAt: number;
  readonly inode: number;
  readonly entry: Entry;
  /** As the record has it; undefined where the study can't be read. */
  readonly recorded: StudyState | undefined;
  /** Costs more than all the rest and stays the same; undefined where the study can't be read. */
  readonly plan: StudyPlan | undefined;
}

const dateOf = (entry: Entry): string => ('error' in entry ? '' : entry.createdAt);

/** Newest first. */
const compareEntries = (a: Entry, b: Entry): number =>
  dateOf(b).localeCompare(dateOf(a)) || a.id.localeCompare(b.id);

export class ListWatch {
  readonly #folders: StudyFolders;
  readonly #source: StudySource;
  readonly #listeners = new Set<(list: StudyList) => void>();
  readonly #poll: Poll;
  #known: ReadonlyMap<string, Known> = new Map();
  #list: StudyList | undefined;

  constructor(folders: StudyFolders, source: StudySource) {
    this.#folders = folders;
    this.#source = source;
    this.#poll = new Poll(() => this.#look());
  }

  /** Tells the listener the list, and again whenever it changes, until the returned function is called. */
  async listen(listener: (list: StudyList) => void): Promise<() => void> {
    const release = this.#poll.hold();
    await this.#poll.once();
    if (this.#list !== undefined) listener(this.#list);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      release();
    };
  }

  async #look(): Promise<void> {
    const known = new Map<string, Known>();
    for (const id of await this.#folders.list()) {
      const found = await this.#refresh(id);
      if (found !== undefined) known.set(id, found);
    }
    const isSame =
      this.#list !== undefined &&
      known.size === this.#known.size &&
      [...known].every(([id, found]) => this.#known.get(id) === found);
    this.#known = known;
    if (isSame) return;
    const studies = [...known.values()].map(({ entry }) => entry).sort(compareEntries);
    this.#list = { folder: this.#folders.shown, studies };
    for (const listener of this.#listeners) listener(this.#list);
  }

  /** The study as it is known, read again where its record has changed; undefined where it is gone. */
  async #refresh(id: string): Promise<Known | undefined> {
    const folder = await this.#folders.find(id);
    const stamp = folder === undefined ? undefined : await this.#folders.stamp(folder);
    if (folder === undefined || stamp === undefined) return undefined;
    const before = this.#known.get(id);
    if (before?.changedAt === stamp.changedAt && before.inode === stamp.inode) {
      return this.#lookAtProcess(folder, before);
    }
    const plan = before?.inode === stamp.inode ? before.plan : undefined;
    return { ...stamp, ...(await this.#describe(id, folder, stamp.changedAt, plan)) };
  }

  /** A process that is killed leaves the record as it was. */
  #lookAtProcess(folder: string, known: Known): Known {
    const { entry, recorded } = known;
    if (recorded === undefined || 'error' in entry) return known;
    const standing = this.#stand(folder, recorded);
    return standing.state === entry.state ? known : { ...known, entry: { ...entry, ...standing } };
  }

  #stand(folder: string, recorded: StudyState): Pick<StudyListItem, 'state' | 'resume'> {
    const state = this.#source.findState(folder, recorded);
    return { state, resume: resumeCommand(folder, state) };
  }

  /** @param known what follows from the configuration, where it is known. */
  async #describe(
    id: string,
    folder: string,
    changedAt: number,
    known: StudyPlan | undefined,
  ): Promise<Pick<Known, 'entry' | 'recorded' | 'plan'>> {
    try {
      const reader = await this.#source.open(folder);
      try {
        const { record } = reader;
        const { environment, strategy, seed } = record.configuration;
        const plan = known ?? this.#source.plan(record.configuration);
        const { planned, threshold, space } = plan;
        const { finished, bestScore } = await reader.counts();
        const entry: StudyListItem = {
          id,
          ...this.#stand(folder, record.state),
          createdAt: record.createdAt,
          changedAt,
          environment: environment.id,
          strategy: strategy.name,
          space,
          seed,
          finished,
          planned,
          bestScore,
          winner: await reader.winner(),
          threshold,
        };
        return { entry, recorded: record.state, plan };
      } finally {
        await reader.close();
      }
    } catch (error) {
      const entry = { id, error: messageOf(error) };
      return { entry, recorded: undefined, plan: undefined };
    }
  }
}
