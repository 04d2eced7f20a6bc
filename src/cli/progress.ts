/**
 * Progress of long work: one line that is rewritten on a terminal, plain lines now and then when piped. Shows
 * what is done, the rate and the time left. Written to standard error, so that standard output stays the result.
 */
import { styleText } from 'node:util';
import { formatCount } from '../report/number-format.ts';
import type { StudyStanding } from '../study/live-training.ts';
import { messageStream, type MessageStream } from './messages.ts';

export interface Progress {
  /**
   * Tells where the work stands. @param done of `total` units. @param details what else is worth seeing.
   */
  update(done: number, details: string): void;
  /** Prints a line of its own above the progress line. */
  note(line: string): void;
  /** Ends the progress: a last plain line, or nothing left on a terminal. */
  finish(): void;
}

/** Progress that also says, to programs, what it shows. */
export interface TimedProgress extends Progress {
  /** As of the last update; undefined before it shows anything. */
  readonly standing: StudyStanding | undefined;
}

const terminalInterval = 100;
const pipedInterval = 10_000;
const barWidth = 24;

/** Milliseconds after which what was done counts a third for the rate: at least so many, and so large a share of all. */
const leastMemory = 30_000;
const memoryShare = 0.25;

/** How fast work goes, mostly of late: other work on the machine comes and goes, and one part is slower than another. */
class Rate {
  readonly #start: number;
  #time: number;
  #done: number;
  #recentTime = 0;
  #recentDone = 0;

  /** @param now in milliseconds. @param already units that were done before. */
  constructor(now: number, already: number) {
    this.#start = now;
    this.#time = now;
    this.#done = already;
  }

  update(now: number, done: number): void {
    const memory = Math.max(leastMemory, memoryShare * (now - this.#start));
    const kept = Math.exp((this.#time - now) / memory);
    this.#recentTime = kept * this.#recentTime + (now - this.#time);
    this.#recentDone = kept * this.#recentDone + (done - this.#done);
    this.#time = now;
    this.#done = done;
  }

  /** Units per second; 0 while nothing is known. */
  get perSecond(): number {
    return this.#recentTime > 0 ? (1000 * this.#recentDone) / this.#recentTime : 0;
  }
}

/** `1 h 02 min`, `3 min 20 s`, `8 s`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${whole} s`;
}

/** `12 KiB`, `123 MiB`, `1.5 GiB`; rounded up. */
export function formatBytes(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(Math.ceil((bytes * 10) / 2 ** 30) / 10).toFixed(1)} GiB`;
  if (bytes >= 2 ** 20) return `${Math.ceil(bytes / 2 ** 20)} MiB`;
  return `${Math.ceil(bytes / 2 ** 10)} KiB`;
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return '━'.repeat(filled) + styleText('dim', '─'.repeat(barWidth - filled), { stream: process.stderr });
}

/** Length on the screen: without colour codes. */
// oxlint-disable-next-line no-control-regex
const plain = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, '');

/**
 * @param total units of work in all. @param unit their name in the plural (`steps`), or undefined where they mean
 * nothing to people: then only the share, the details and the time left are shown.
 * @param now clock in milliseconds, for tests.
 * @param already units that were done before: they say nothing about the rate.
 */
export function createProgress(
  total: number,
  unit: string | undefined,
  stream: MessageStream = messageStream(),
  now: () => number = () => performance.now(),
  already = 0,
): TimedProgress {
  const start = now();
  const speed = new Rate(start, already);
  const terminal = stream.isTTY === true;
  const interval = terminal ? terminalInterval : pipedInterval;
  let lastDrawn = terminal ? -Infinity : start;
  let last = { done: 0, details: '' };

  const secondsLeft = () =>
    speed.perSecond > 0 ? Math.max(0, total - last.done) / speed.perSecond : undefined;
  const describe = (): string => {
    const rate = speed.perSecond;
    const seconds = secondsLeft();
    const left = seconds === undefined ? '…' : formatDuration(seconds);
    const percent = `${Math.floor((100 * last.done) / total)} %`;
    const parts = [last.details, `${left} left`];
    if (unit !== undefined) {
      const shown = rate >= 10 ? formatCount(rate) : rate.toFixed(2);
      parts.unshift(`${formatCount(last.done)}/${formatCount(total)} ${unit}`);
      parts.splice(2, 0, `${shown} ${unit}/s`);
    }
    return `${percent.padStart(5)}  ${parts.filter((part) => part !== '').join(' · ')}`;
  };
  const clear = (): void => {
    if (terminal) stream.write('\r\u001b[2K');
  };
  const draw = (): void => {
    if (!terminal) {
      stream.write(`${describe().trimStart()}\n`);
      return;
    }
    const text = `${bar(last.done / total)} ${describe()}`;
    const room = (stream.columns ?? 100) - 1;
    clear();
    stream.write(plain(text).length <= room ? text : describe().slice(0, room));
  };
  return {
    update(done, details) {
      last = { done, details };
      speed.update(now(), done);
      if (now() - lastDrawn < interval) return;
      lastDrawn = now();
      draw();
    },
    note(line) {
      clear();
      stream.write(`${line}\n`);
      if (terminal && last.done > 0) draw();
    },
    finish() {
      clear();
      if (!terminal) draw();
    },
    get standing() {
      return { share: Math.min(1, last.done / total), secondsLeft: secondsLeft() };
    },
  };
}

/** Progress of work that goes on: says nothing of what was done before, and doesn't count it for the rate. */
export class LateProgress implements TimedProgress {
  readonly #start: (already: number) => TimedProgress;
  #introduction: ((lines: number) => string) | undefined;
  #progress: TimedProgress | undefined;
  #done = 0;
  #skipped = 0;

  /** @param start the progress of all the work, of which so much is done already. */
  constructor(start: (already: number) => TimedProgress) {
    this.#start = start;
  }

  get standing(): StudyStanding | undefined {
    return this.#progress?.standing;
  }

  /** What it hears from here on is new. @param describe what was done before, by lines left out. */
  begin(describe: (lines: number) => string): void {
    this.#introduction ??= describe;
  }

  update(done: number, details: string): void {
    this.#done = done;
    this.#show()?.update(done, details);
  }

  note(line: string): void {
    const progress = this.#show();
    if (progress) progress.note(line);
    else this.#skipped += 1;
  }

  finish(): void {
    this.#progress?.finish();
  }

  /** Undefined before what is new. */
  #show(): TimedProgress | undefined {
    if (!this.#progress && this.#introduction) {
      this.#progress = this.#start(this.#done);
      this.#progress.note(this.#introduction(this.#skipped));
    }
    return this.#progress;
  }
}
