/** Painting drawings in Node: on a canvas in memory, with the fonts that ship with the product. */
import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { type Drawing, paintDrawing } from './drawing.ts';
import { fontFiles } from './fonts.ts';

/** A name of its own, lest a font installed on the machine takes its place. */
export const canvasFont = 'Touchdown Sans';

GlobalFonts.registerFromPath(fontFiles.regular, canvasFont);
GlobalFonts.registerFromPath(fontFiles.bold, canvasFont);

/** A picture that is painted again and again. */
export class PictureCanvas {
  /** In pixels of the picture, which are `scale` times as many as the drawing's. */
  readonly width: number;
  readonly height: number;
  readonly #canvas: Canvas;
  readonly #context: SKRSContext2D;

  /**
   * @param width and height of the drawings to come, in their pixels.
   * @param scale how many pixels of the picture make one of the drawing, each way.
   */
  constructor(width: number, height: number, scale = 1) {
    this.width = width * scale;
    this.height = height * scale;
    this.#canvas = createCanvas(this.width, this.height);
    this.#context = this.#canvas.getContext('2d');
    this.#context.scale(scale, scale);
  }

  paint(drawing: Drawing): void {
    paintDrawing(this.#context, drawing, `"${canvasFont}"`);
  }

  /** The pixels, row by row from the top: red, green, blue, alpha, a byte each. */
  pixels(): Uint8ClampedArray {
    return this.#context.getImageData(0, 0, this.width, this.height).data;
  }

  png(): Uint8Array {
    return this.#canvas.toBuffer('image/png');
  }
}
