/**
 * Drawings as plain data, and the one function that puts them on a canvas: a browser's or Node's.
 * Coordinates are picture pixels, x to the right and y downwards; whole numbers are the borders between pixels.
 */

/** Of a plane, in the units of whatever it belongs to. */
export interface Point {
  /** To the right. */
  readonly x: number;
  /** Downwards in pictures, upwards in a lander's world. */
  readonly y: number;
}

/** A colour as CSS writes it: `#8066e6`, `rgb(128 102 230 / 50%)`. */
export type Colour = string;

interface Outlined {
  readonly stroke?: Colour;
  /** In pixels; 1 if absent. */
  readonly lineWidth?: number;
}

interface Filled extends Outlined {
  readonly fill?: Colour;
}

/** A closed polygon. */
export interface Polygon extends Filled {
  readonly kind: 'polygon';
  readonly points: readonly Point[];
}

export interface Circle extends Filled {
  readonly kind: 'circle';
  readonly centre: Point;
  readonly radius: number;
}

export interface Rectangle extends Filled {
  readonly kind: 'rectangle';
  /** The top left corner. */
  readonly corner: Point;
  readonly width: number;
  readonly height: number;
  /** Radius of the rounded corners; 0 if absent. */
  readonly cornerRadius?: number;
}

export interface Line extends Outlined {
  readonly kind: 'line';
  readonly from: Point;
  readonly to: Point;
  readonly stroke: Colour;
}

/** One line of text in the painter's font. */
export interface Text {
  readonly kind: 'text';
  readonly text: string;
  /** On the base line, at the side that `align` names. */
  readonly at: Point;
  readonly align: 'left' | 'right';
  /** Height of the font in pixels. */
  readonly size: number;
  readonly fill: Colour;
  readonly bold?: boolean;
}

export type Shape = Polygon | Circle | Rectangle | Line | Text;

export interface Drawing {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly background: Colour;
  /** From the rearmost to the foremost. */
  readonly shapes: readonly Shape[];
}

/** What painting needs of a canvas's 2D context, so that this file compiles without DOM types. */
export interface PaintContext {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  font: string;
  textAlign: 'left' | 'right' | 'center' | 'start' | 'end';
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, startAngle: number, endAngle: number): void;
  roundRect(x: number, y: number, width: number, height: number, radius: number): void;
  fill(): void;
  stroke(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
}

function finishPath(context: PaintContext, { fill, stroke, lineWidth = 1 }: Filled): void {
  if (fill !== undefined) {
    context.fillStyle = fill;
    context.fill();
  }
  if (stroke !== undefined) {
    context.strokeStyle = stroke;
    context.lineWidth = lineWidth;
    context.stroke();
  }
}

function tracePath(context: PaintContext, points: readonly Point[]): void {
  context.beginPath();
  for (const [i, { x, y }] of points.entries()) {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

function paintShape(context: PaintContext, shape: Shape, fontFamily: string): void {
  switch (shape.kind) {
    case 'polygon':
      tracePath(context, shape.points);
      context.closePath();
      finishPath(context, shape);
      break;
    case 'circle':
      context.beginPath();
      context.arc(shape.centre.x, shape.centre.y, shape.radius, 0, 2 * Math.PI);
      finishPath(context, shape);
      break;
    case 'rectangle': {
      const { corner, width, height, cornerRadius = 0 } = shape;
      context.beginPath();
      context.roundRect(corner.x, corner.y, width, height, cornerRadius);
      finishPath(context, shape);
      break;
    }
    case 'line':
      tracePath(context, [shape.from, shape.to]);
      finishPath(context, shape);
      break;
    case 'text':
      context.font = `${shape.bold === true ? 'bold ' : ''}${shape.size}px ${fontFamily}`;
      context.textAlign = shape.align;
      context.fillStyle = shape.fill;
      context.fillText(shape.text, shape.at.x, shape.at.y);
      break;
    default:
      shape satisfies never;
  }
}

/** Paints a drawing over whatever the context's picture shows; `fontFamily` as CSS writes it. */
export function paintDrawing(context: PaintContext, drawing: Drawing, fontFamily: string): void {
  context.fillStyle = drawing.background;
  context.fillRect(0, 0, drawing.width, drawing.height);
  for (const shape of drawing.shapes) paintShape(context, shape, fontFamily);
}
