/** Episodes as videos: MP4 or GIF, by the name of the file, with a panel that says what the agent is doing. */
import { setImmediate } from 'node:timers/promises';
import { PictureCanvas } from '../environments/rendering/canvas.ts';
import type { Renderer } from '../environments/rendering/renderer.ts';
import { type OverlayState, withOverlay } from './overlay.ts';
import { Film, type FilmOptions, type WrittenFilm } from './video-film.ts';
import { type ActionChoice, Flight, type Flyer, type RecordedEpisode } from './video-flight.ts';

export interface RecordingOptions<Scene> extends Flyer<Scene>, FilmOptions {
  /** One episode each, one after another in the same video; integers ≥ 0, at least one. */
  readonly seeds: readonly (number | bigint)[];
  /** Pixels of the video per pixel of the drawing, each way; 1 if absent. */
  readonly scale?: 1 | 2;
}

export interface Recording extends WrittenFilm {
  readonly episodes: readonly RecordedEpisode[];
}

/** How long the last picture of an episode stays. */
const closingSeconds = 1;

function describeAction<Scene>({ action }: ActionChoice, renderer: Renderer<Scene>): string {
  return typeof action === 'number'
    ? (renderer.actionNames[action] ?? `${action}`)
    : Array.from(action, (value) => value.toFixed(2)).join(', ');
}

function describeValues<Scene>(choice: ActionChoice, renderer: Renderer<Scene>): OverlayState['values'] {
  if (choice.values === undefined) return undefined;
  return Array.from(choice.values, (value, i) => ({
    name: renderer.actionNames[i] ?? `action ${i}`,
    value,
    chosen: i === choice.action,
  }));
}

/** Plays one episode into a film. @param episode from 0 on. */
async function recordEpisode<Scene>(
  options: RecordingOptions<Scene>,
  film: Film,
  episode: number,
): Promise<RecordedEpisode> {
  const { renderer, seeds, scale = 1, signal } = options;
  const flight = new Flight(options, seeds[episode]);
  const canvas = new PictureCanvas(flight.drawing.width, flight.drawing.height, scale);
  for (; ; flight.advance()) {
    signal?.throwIfAborted();
    const { choice, drawing, ended, outcome, record } = flight;
    if (record.steps % film.stepsPerFrame === 0 || ended) {
      const state = {
        episode: episode + 1,
        step: record.steps,
        episodeReturn: record.episodeReturn,
        action: choice && describeAction(choice, renderer),
        values: choice && describeValues(choice, renderer),
        outcome,
      };
      canvas.paint(withOverlay(drawing, state));
      await film.add(canvas, ended ? closingSeconds : undefined);
      // Lets Ctrl-C through: the rest is one synchronous stretch.
      await setImmediate();
    }
    if (ended) return record;
  }
}

/**
 * Plays episodes and writes them as one video, atomically. Pictures are encoded as they come, so that memory
 * holds one of them and the compressed file.
 * @throws RangeError for a path that names no kind of video, or no seeds; the signal's reason when it aborts.
 */
export async function recordEpisodes<Scene>(options: RecordingOptions<Scene>): Promise<Recording> {
  const film = new Film(options);
  if (options.seeds.length === 0) throw new RangeError('a video of 0 seeds; expected at least one');
  try {
    const episodes: RecordedEpisode[] = [];
    for (const episode of options.seeds.keys()) episodes.push(await recordEpisode(options, film, episode));
    return { ...(await film.write()), episodes };
  } finally {
    film.close();
  }
}
