/** MP4 files with H.264 video, by an encoder compiled to WebAssembly: no program of the system is needed. */
import type { H264MP4Encoder } from 'h264-mp4-encoder';
import type { VideoEncoder, VideoFormat } from './video-encoder.ts';

/** From 10 (best) to 51; at 20 thin lines stay clean. */
const quantization = 20;
/** From 0 (smallest file) to 10 (fastest). */
const speed = 8;
const secondsBetweenKeyFrames = 2;

let files = 0;

/** Loads the encoder, without the handlers that it sets for errors anywhere in the process. */
async function loadEncoder(): Promise<H264MP4Encoder> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set(process.rawListeners(event)));
  const { default: library } = await import('h264-mp4-encoder');
  for (const [i, event] of events.entries()) {
    for (const listener of process.rawListeners(event)) {
      if (!before[i].has(listener)) process.removeListener(event, listener as () => void);
    }
  }
  return await library.createH264MP4Encoder();
}

const containers = ['moov', 'trak', 'mdia'];
const headers = ['mvhd', 'tkhd', 'mdhd'];

/**
 * Sets the times of creation and modification in the headers to 0 (ISO/IEC 14496-12, 8.2.2, 8.3.2, 8.4.2: two
 * words of 32 bits after version and flags, in version 0): the same episode gives the same file on any day.
 */
function clearTimes(boxes: DataView): void {
  const headerBytes = 8;
  for (let at = 0; at < boxes.byteLength; ) {
    const size = boxes.getUint32(at);
    const name = String.fromCharCode(...[4, 5, 6, 7].map((i) => boxes.getUint8(at + i)));
    const content = new DataView(boxes.buffer, boxes.byteOffset + at + headerBytes, size - headerBytes);
    if (containers.includes(name)) clearTimes(content);
    if (headers.includes(name)) {
      if (content.getUint8(0) !== 0)
        throw new Error(`an MP4 "${name}" of version ${content.getUint8(0)}; expected 0`);
      content.setUint32(4, 0);
      content.setUint32(8, 0);
    }
    at += size;
  }
}

export class Mp4Encoder implements VideoEncoder {
  readonly #encoder: H264MP4Encoder;
  /** In the encoder's own file system, which all encoders share. */
  readonly #file = `${++files}.mp4`;

  #finished = false;

  private constructor(encoder: H264MP4Encoder, { width, height, frameRate }: VideoFormat) {
    this.#encoder = encoder;
    encoder.outputFilename = this.#file;
    encoder.width = width;
    encoder.height = height;
    encoder.frameRate = frameRate;
    encoder.quantizationParameter = quantization;
    encoder.speed = speed;
    encoder.groupOfPictures = secondsBetweenKeyFrames * frameRate;
    encoder.initialize();
  }

  static async create(format: VideoFormat): Promise<Mp4Encoder> {
    return new Mp4Encoder(await loadEncoder(), format);
  }

  addFrame(pixels: Uint8ClampedArray, frames: number): void {
    for (let i = 0; i < frames; i++) this.#encoder.addFrameRgba(pixels);
  }

  finish(): Uint8Array {
    this.#finished = true;
    this.#encoder.finalize();
    const bytes = this.#encoder.FS.readFile(this.#file);
    this.#encoder.FS.unlink(this.#file);
    clearTimes(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
    return bytes;
  }

  close(): void {
    // One that is deleted before its end aborts the library, for all encoders after it too.
    if (!this.#finished) this.finish();
    this.#encoder.delete();
  }
}
