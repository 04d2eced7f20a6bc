import { describe, expect, it } from 'vitest';
import { createProgress, formatDuration, LateProgress } from './progress.ts';

function record(isTTY: boolean, columns = 200, already = 0) {
  const written: string[] = [];
  let time = 0;
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  return {
    written,
    progress: createProgress(1000, 'steps', stream, () => time, already),
    advance: (ms: number) => (time += ms),
  };
}

describe('progress', () => {
  it('prints plain lines with rate and time left when piped, at most one in ten seconds', () => {
    const { written, progress, advance } = record(false);
    for (let done = 50; done <= 500; done += 50) {
      advance(2000);
      progress.update(done, 'average 12.0');
    }
    expect(written).toEqual([
      '25 %  250/1,000 steps · average 12.0 · 25 steps/s · 30 s left\n',
      '50 %  500/1,000 steps · average 12.0 · 25 steps/s · 20 s left\n',
    ]);
  });

  it('takes the time left mostly from how fast it went of late', () => {
    const { written, progress, advance } = record(false);
    // Half of the work at ten per second, then at five.
    for (let done = 10; done <= 500; done += 10) {
      advance(1000);
      progress.update(done, '');
    }
    expect(written.at(-1)).toContain(' · 50 s left');
    for (let done = 505; done <= 800; done += 5) {
      advance(1000);
      progress.update(done, '');
    }
    // 40 s at five per second; at the mean speed of all 110 s it would be 27.
    const left = Number(/ (\d+) s left/.exec(written.at(-1) ?? '')?.[1]);
    expect(left).toBeGreaterThan(35);
    expect(left).toBeLessThanOrEqual(40);
  });

  it('says share and seconds left to programs', () => {
    const { progress, advance } = record(true);
    expect(progress.standing).toEqual({ share: 0, secondsLeft: undefined });
    advance(2000);
    progress.update(250, '');
    expect(progress.standing).toEqual({ share: 0.25, secondsLeft: 6 });
    progress.update(1100, '');
    expect(progress.standing).toEqual({ share: 1, secondsLeft: 0 });
  });

  it('rewrites one line on a terminal and leaves it clear at the end', () => {
    const { written, progress, advance } = record(true);
    advance(1000);
    progress.update(100, '');
    expect(written.join('')).toContain('100/1,000 steps');
    expect(written.join('')).not.toContain('\n');
    progress.finish();
    expect(written.at(-1)).toBe('\r\u001b[2K');
  });

  it('never writes a line wider than the terminal', () => {
    const { written, progress, advance } = record(true, 30);
    advance(1000);
    progress.update(100, 'details '.repeat(20));
    expect((written.at(-1) ?? '').length).toBeLessThan(30);
  });

  it('formats durations', () => {
    expect([8.4, 200, 3720, Infinity].map(formatDuration)).toEqual([
      '8 s',
      '3 min 20 s',
      '1 h 02 min',
      'unknown',
    ]);
  });
});

describe('progress of work that goes on', () => {
  it('leaves out what was done before, and takes the time left from what is new alone', () => {
    let recorded: ReturnType<typeof record> | undefined;
    const progress = new LateProgress((already) => {
      recorded = record(false, 200, already);
      return recorded.progress;
    });
    progress.note('trial 1');
    progress.update(100, '');
    progress.note('trial 2');
    expect(recorded).toBeUndefined();
    expect(progress.standing).toBeUndefined();
    progress.begin((lines) => `goes on; ${lines} lines left out`);
    // What was done before may be known only from the first of what is new.
    progress.update(600, '');
    recorded?.advance(10_000);
    progress.update(700, '');
    expect(progress.standing).toEqual({ share: 0.7, secondsLeft: 30 });
    progress.note('trial 3');
    progress.begin(() => 'never again');
    expect(recorded?.written).toEqual([
      'goes on; 2 lines left out\n',
      '70 %  700/1,000 steps · 10 steps/s · 30 s left\n',
      'trial 3\n',
    ]);
  });

  it('says nothing at its end when nothing was new', () => {
    let begun = 0;
    const progress = new LateProgress(() => {
      begun += 1;
      return record(false).progress;
    });
    progress.note('trial 1');
    progress.update(1000, '');
    progress.finish();
    expect(begun).toBe(0);
  });
});
