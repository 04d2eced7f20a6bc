/** Episodes as videos: MP4 or GIF, by the name of the file, with a panel that says what the agent is doing. */
import { setImmediate } from 'node:timers/promises';
import { PictureCanvas } from '../environments/rendering/canvas.ts';
import type { Drawing } from '../environments/rendering/drawing.ts';
import type { Renderer, VisibleEnvironment } from '../environments/rendering/renderer.ts';
import { GifEncoder } from './gif-encoder.ts';
import { Mp4Encoder } from './mp4-encoder.ts';
import { type OverlayState, withOverlay } from './overlay.ts';
import { type VideoKind, videoKind } from './video-kind.ts';
import type { VideoEncoder, VideoFormat } from './video-encoder.ts';
import { writeFileAtomically } from '../files/write-file.ts';

/** What an agent decides on an observation. */
export interface ActionChoice {
  readonly action: number | ArrayLike<number>;
  /** The Q-value of every action, where the video should show them. */
  readonly values?: ArrayLike<number>;
}

export interface RecordingOptions<Scene> {
  readonly environment: VisibleEnvironment<Scene>;
  readonly renderer: Renderer<Scene>;
  readonly act: (observation: Float32Array) => ActionChoice;
  /** One episode each, one after another in the same video; integers ≥ 0, at least one. */
  readonly seeds: readonly (number | bigint)[];
  /** Ends in `.mp4` or `.gif`. Its folder is made. */
  readonly path: string;
  /** Pictures per second; steps are 50 a second. 50 for MP4 and 25 for GIF if absent. */
  readonly frameRate?: 25 | 50;
  /** Pixels of the video per pixel of the drawing, each way; 1 if absent. */
  readonly scale?: 1 | 2;
  /** Stops the recording; no file is written then. */
  readonly signal?: AbortSignal;
}

export interface RecordedEpisode {
  readonly seed: number | bigint;
  readonly steps: number;
  /** Undiscounted sum of rewards. */
  readonly episodeReturn: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

export interface Recording {
  readonly path: string;
  /** Of the file. */
  readonly bytes: number;
  readonly seconds: number;
  readonly episodes: readonly RecordedEpisode[];
}

const stepsPerSecond = 50;
/** How long the last picture of an episode stays. */
const closingSeconds = 1;

const createEncoder = {
  mp4: (format: VideoFormat) => Mp4Encoder.create(format),
  gif: (format: VideoFormat) => Promise.resolve(new GifEncoder(format)),
} as const satisfies Record<VideoKind, (format: VideoFormat) => Promise<VideoEncoder>>;

/** Puts drawings into an encoder, which it opens when the first one tells their size. */
class Film {
  readonly #kind: VideoKind;
  readonly #frameRate: 25 | 50;
  readonly #scale: number;
  #canvas: PictureCanvas | undefined;
  #encoder: VideoEncoder | undefined;
  #frames = 0;

  constructor(kind: VideoKind, frameRate: 25 | 50, scale: number) {
    this.#kind = kind;
    this.#frameRate = frameRate;
    this.#scale = scale;
  }

  get seconds(): number {
    return this.#frames / this.#frameRate;
  }

  async add(drawing: Drawing, frames: number): Promise<void> {
    this.#canvas ??= new PictureCanvas(drawing.width, drawing.height, this.#scale);
    const { width, height } = this.#canvas;
    this.#encoder ??= await createEncoder[this.#kind]({ width, height, frameRate: this.#frameRate });
    this.#canvas.paint(drawing);
    this.#encoder.addFrame(this.#canvas.pixels(), frames);
    this.#frames += frames;
  }

  finish(): Uint8Array {
    if (this.#encoder === undefined) throw new Error('a video of 0 frames; expected at least one');
    return this.#encoder.finish();
  }

  close(): void {
    this.#encoder?.close();
  }
}

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

/** Plays one episode into a film. */
async function recordEpisode<Scene>(
  options: RecordingOptions<Scene>,
  film: Film,
  episode: number,
  stepsPerFrame: number,
): Promise<RecordedEpisode> {
  const { environment, renderer, act, signal } = options;
  const seed = options.seeds[episode];
  const threshold = environment.spec.rewardThreshold ?? Number.NEGATIVE_INFINITY;
  let { observation } = environment.reset({ seed });
  let choice: ActionChoice | undefined;
  let episodeReturn = 0;
  let terminated = false;
  let truncated = false;
  renderer.begin();
  for (let step = 0; ; step++) {
    signal?.throwIfAborted();
    const ended = terminated || truncated;
    // Every step is drawn, since the exhaust moves on in it, but not every drawing becomes a picture.
    const drawing = renderer.draw(environment.scene());
    if (step % stepsPerFrame === 0 || ended) {
      const state = {
        episode: episode + 1,
        step,
        episodeReturn,
        action: choice && describeAction(choice, renderer),
        values: choice && describeValues(choice, renderer),
        outcome: !ended ? 'running' : episodeReturn >= threshold ? 'reached' : 'missed',
      } as const;
      const frames = ended ? (closingSeconds * stepsPerSecond) / stepsPerFrame : 1;
      await film.add(withOverlay(drawing, state), frames);
      // Lets Ctrl-C through: the rest is one synchronous stretch.
      await setImmediate();
    }
    if (ended) return { seed, steps: step, episodeReturn, terminated, truncated };
    choice = act(observation);
    const result = environment.step(choice.action);
    ({ observation, terminated, truncated } = result);
    episodeReturn += result.reward;
  }
}

/**
 * Plays episodes and writes them as one video, atomically. Pictures are encoded as they come, so that memory
 * holds one of them and the compressed file.
 * @throws RangeError for a path that names no kind of video, or no seeds; the signal's reason when it aborts.
 */
export async function recordEpisodes<Scene>(options: RecordingOptions<Scene>): Promise<Recording> {
  const { path, seeds, scale = 1 } = options;
  const kind = videoKind(path);
  const frameRate = options.frameRate ?? (kind === 'mp4' ? 50 : 25);
  if (seeds.length === 0) throw new RangeError('a video of 0 seeds; expected at least one');
  const film = new Film(kind, frameRate, scale);
  try {
    const episodes: RecordedEpisode[] = [];
    for (const episode of seeds.keys()) {
      episodes.push(await recordEpisode(options, film, episode, stepsPerSecond / frameRate));
    }
    const bytes = film.finish();
    await writeFileAtomically(path, bytes);
    return { path, bytes: bytes.length, seconds: film.seconds, episodes };
  } finally {
    film.close();
  }
}
