/** Pictures of one size, one after another, on their way into a video file. */
import { GifEncoder } from './gif-encoder.ts';
import { Mp4Encoder } from './mp4-encoder.ts';
import { type VideoKind, videoKind } from './video-kind.ts';
import type { VideoEncoder, VideoFormat } from './video-encoder.ts';
import { writeFileAtomically } from '../files/write-file.ts';

/** What every film can be told. */
export interface FilmOptions {
  /** Ends in `.mp4` or `.gif`. Its folder is made. */
  readonly path: string;
  /** Pictures per second; steps are 50 a second. 50 for MP4 and 25 for GIF if absent. */
  readonly frameRate?: 25 | 50;
  /** Stops the recording; no file is written then. */
  readonly signal?: AbortSignal;
}

/** Pixels as `PictureCanvas` has them. */
export interface Picture {
  /** In pixels, even, and the same for all pictures of a film. */
  readonly width: number;
  readonly height: number;
  pixels(): Uint8ClampedArray;
}

export interface WrittenFilm {
  readonly path: string;
  /** Of the file. */
  readonly bytes: number;
  readonly seconds: number;
}

const stepsPerSecond = 50;

const createEncoder = {
  mp4: (format: VideoFormat) => Mp4Encoder.create(format),
  gif: (format: VideoFormat) => Promise.resolve(new GifEncoder(format)),
} as const satisfies Record<VideoKind, (format: VideoFormat) => Promise<VideoEncoder>>;

/** Puts pictures into an encoder, which it opens when the first one tells their size. */
export class Film {
  /** Of which one becomes a picture. */
  readonly stepsPerFrame: number;
  readonly #path: string;
  readonly #kind: VideoKind;
  readonly #frameRate: 25 | 50;
  #encoder: VideoEncoder | undefined;
  #frames = 0;

  /** @throws RangeError for a path that names no kind of video. */
  constructor({ path, frameRate }: FilmOptions) {
    this.#path = path;
    this.#kind = videoKind(path);
    this.#frameRate = frameRate ?? (this.#kind === 'mp4' ? 50 : 25);
    this.stepsPerFrame = stepsPerSecond / this.#frameRate;
  }

  /** @param seconds how long to show it; for one frame if absent. */
  async add(picture: Picture, seconds?: number): Promise<void> {
    const { width, height } = picture;
    this.#encoder ??= await createEncoder[this.#kind]({ width, height, frameRate: this.#frameRate });
    const frames = seconds === undefined ? 1 : seconds * this.#frameRate;
    this.#encoder.addFrame(picture.pixels(), frames);
    this.#frames += frames;
  }

  /** Writes the file, atomically. Nothing can be added afterwards. */
  async write(): Promise<WrittenFilm> {
    if (this.#encoder === undefined) throw new Error('a video of 0 frames; expected at least one');
    const bytes = this.#encoder.finish();
    await writeFileAtomically(this.#path, bytes);
    return { path: this.#path, bytes: bytes.length, seconds: this.#frames / this.#frameRate };
  }

  /** Frees what it holds; call it in any case, once. */
  close(): void {
    this.#encoder?.close();
  }
}
