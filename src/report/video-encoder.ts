/** The contract of video encoders: pictures in, one after another, the bytes of a file out. */

export interface VideoFormat {
  /** In pixels, even. */
  readonly width: number;
  readonly height: number;
  /** Pictures per second. */
  readonly frameRate: 25 | 50;
}

export interface VideoEncoder {
  /**
   * @param pixels red, green, blue, alpha (ignored) of every pixel, row by row from the top. They may be
   * overwritten afterwards.
   * @param frames how long to show them: a whole number ≥ 1 of pictures.
   */
  addFrame(pixels: Uint8ClampedArray, frames: number): void;
  /** The file's bytes. Nothing can be added afterwards. */
  finish(): Uint8Array;
  /** Frees what the encoder holds; call it in any case, once. */
  close(): void;
}
