/**
 * Several episodes in one video, all at once: a grid of panes, each with a strip above it that says whose flight it
 * is. A flight that ends early keeps its last picture until the last one has ended.
 */
import { setImmediate } from 'node:timers/promises';
import { PictureCanvas } from '../environments/rendering/canvas.ts';
import { paneStrip, stripHeight } from './overlay.ts';
import type { Recording } from './video.ts';
import { Film, type FilmOptions, type Picture } from './video-film.ts';
import { Flight, type Flyer } from './video-flight.ts';
import { columnsOf, paneLimits } from './video-panes.ts';

/** One flight. Its environment and its renderer are its own: all panes fly at once. */
export interface PaneOptions<Scene> extends Flyer<Scene> {
  readonly seed: number | bigint;
  /** Whose flight it is, and what else there is to say about it. */
  readonly title: string;
  readonly detail: string;
}

export interface SideBySideOptions<Scene> extends FilmOptions {
  /** 2 to 9, row by row. */
  readonly panes: readonly PaneOptions<Scene>[];
  /** Of the grid; what fits best if absent. */
  readonly columns?: number;
}

/** How long the last picture stays. */
const closingSeconds = 2;
/** Pixels between two panes, even. */
const gap = 4;
const groundColour = [68, 76, 94, 255];

/** Two have the size of a single film each; more are half as wide and half as high. */
const paneScale = (count: number): number => (count === 2 ? 1 : 0.5);

class Pane<Scene> {
  readonly #flight: Flight<Scene>;
  readonly #options: PaneOptions<Scene>;
  readonly #strip: PictureCanvas;
  readonly #view: PictureCanvas;

  constructor(options: PaneOptions<Scene>, scale: number) {
    this.#options = options;
    this.#flight = new Flight(options, options.seed);
    const { width, height } = this.#flight.drawing;
    this.#view = new PictureCanvas(width, height, scale);
    this.#strip = new PictureCanvas(this.#view.width, stripHeight);
  }

  get flight(): Flight<Scene> {
    return this.#flight;
  }

  get width(): number {
    return this.#view.width;
  }

  get height(): number {
    return this.#strip.height + this.#view.height;
  }

  /** The flight as it is now. @returns pixels, row by row. */
  paint(): Uint8ClampedArray {
    const { title, detail } = this.#options;
    const { drawing, outcome, record } = this.#flight;
    const { steps: step, episodeReturn } = record;
    this.#strip.paint(paneStrip(this.width, { title, detail, step, episodeReturn, outcome }));
    this.#view.paint(drawing);
    const pixels = new Uint8ClampedArray(4 * this.width * this.height);
    const strip = this.#strip.pixels();
    pixels.set(strip);
    pixels.set(this.#view.pixels(), strip.length);
    return pixels;
  }
}

/** The panes' pictures put together. Cells that no pane fills have the colour of the gaps. */
class Grid<Scene> implements Picture {
  readonly width: number;
  readonly height: number;
  readonly #panes: readonly Pane<Scene>[];
  readonly #columns: number;
  readonly #pixels: Uint8ClampedArray;
  /** Panes whose last picture is in. */
  readonly #held = new Set<number>();

  /** @param panes all of the same size. */
  constructor(panes: readonly Pane<Scene>[], columns: number) {
    const [{ width, height }] = panes;
    const rows = Math.ceil(panes.length / columns);
    this.width = columns * (width + gap) - gap;
    this.height = rows * (height + gap) - gap;
    this.#panes = panes;
    this.#columns = columns;
    this.#pixels = new Uint8ClampedArray(4 * this.width * this.height);
    for (let i = 0; i < this.#pixels.length; i += 4) this.#pixels.set(groundColour, i);
  }

  pixels(): Uint8ClampedArray {
    for (const [i, pane] of this.#panes.entries()) {
      if (this.#held.has(i)) continue;
      this.#place(pane, i);
      if (pane.flight.ended) this.#held.add(i);
    }
    return this.#pixels;
  }

  #place(pane: Pane<Scene>, i: number): void {
    const left = (i % this.#columns) * (pane.width + gap);
    const top = Math.floor(i / this.#columns) * (pane.height + gap);
    const pixels = pane.paint();
    const rowLength = 4 * pane.width;
    for (let y = 0; y < pane.height; y++) {
      const row = pixels.subarray(y * rowLength, (y + 1) * rowLength);
      this.#pixels.set(row, 4 * ((top + y) * this.width + left));
    }
  }
}

/**
 * Plays one episode per pane and writes all as one video, atomically.
 * @returns the episodes in the order of their panes.
 * @throws RangeError for a path that names no kind of video, or another number of panes than 2 to 9; the signal's
 * reason when it aborts.
 */
export async function recordSideBySide<Scene>(options: SideBySideOptions<Scene>): Promise<Recording> {
  const { least, most } = paneLimits;
  const count = options.panes.length;
  const film = new Film(options);
  if (count < least || count > most) {
    throw new RangeError(`${count} flights side by side; expected ${least} to ${most}`);
  }
  try {
    const panes = options.panes.map((pane) => new Pane(pane, paneScale(count)));
    const flights = panes.map(({ flight }) => flight);
    const grid = new Grid(panes, options.columns ?? columnsOf(count));
    for (let step = 0; ; step++) {
      options.signal?.throwIfAborted();
      const ended = flights.every((flight) => flight.ended);
      if (step % film.stepsPerFrame === 0 || ended) {
        await film.add(grid, ended ? closingSeconds : undefined);
        // Lets Ctrl-C through: the rest is one synchronous stretch.
        await setImmediate();
      }
      if (ended) return { ...(await film.write()), episodes: flights.map(({ record }) => record) };
      for (const flight of flights) if (!flight.ended) flight.advance();
    }
  } finally {
    film.close();
  }
}
