/**
 * What a video says about itself: a small panel in the upper left corner and one with Q-values on the right, or a
 * strip above the picture where several share a video.
 */
import type { Drawing, Shape, Text } from '../environments/rendering/drawing.ts';

/** Whether an episode is over, and then whether its return reached the threshold. */
export type FlightOutcome = 'running' | 'reached' | 'missed';

export interface OverlayState {
  /** 1, 2, 3, … */
  readonly episode: number;
  /** Steps so far. */
  readonly step: number;
  /** Undiscounted sum of rewards so far. */
  readonly episodeReturn: number;
  /** What the agent did last; none before the first step. */
  readonly action: string | undefined;
  /** What it expected of every action when it chose; absent where it doesn't say. */
  readonly values:
    | readonly { readonly name: string; readonly value: number; readonly chosen: boolean }[]
    | undefined;
  readonly outcome: FlightOutcome;
}

export interface StripState extends Pick<OverlayState, 'step' | 'episodeReturn' | 'outcome'> {
  /** Cut at its beginning where it is too long: the end of a path tells more. */
  readonly title: string;
  readonly detail: string;
}

const margin = 10;
const padding = 9;
const lineHeight = 16;
const fontSize = 11;
const panelWidth = 146;

const faint = '#727c8e';
const quiet = '#9aa4b5';
const bright = '#ffffff';
const returnColours = { running: bright, reached: '#7ee2a8', missed: '#ffb454' } as const;

interface Row {
  readonly label: string;
  readonly value: string;
  readonly labelColour: string;
  readonly valueColour: string;
  readonly bold: boolean;
}

/** Two columns on a dark, translucent ground. */
function panel(left: number, rows: readonly Row[]): Shape[] {
  const ground: Shape = {
    kind: 'rectangle',
    corner: { x: left, y: margin },
    width: panelWidth,
    height: rows.length * lineHeight + 2 * padding - 4,
    cornerRadius: 6,
    fill: 'rgb(24 28 40 / 0.78)',
    stroke: 'rgb(255 255 255 / 0.14)',
  };
  const texts = rows.flatMap(({ label, value, labelColour, valueColour, bold }, i): Text[] => {
    const y = margin + padding + i * lineHeight + fontSize - 1;
    const style = { kind: 'text', size: fontSize, bold } as const;
    return [
      { ...style, text: label, at: { x: left + padding, y }, align: 'left', fill: labelColour },
      { ...style, text: value, at: { x: left + panelWidth - padding, y }, align: 'right', fill: valueColour },
    ];
  });
  return [ground, ...texts];
}

/** A sign in front of either kind of number, so that the digits stay in place. */
export const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

function progressRows({ episode, step, episodeReturn, action, outcome }: OverlayState): Row[] {
  const row = (label: string, value: string, valueColour: string = bright): Row => ({
    label,
    value,
    labelColour: quiet,
    valueColour,
    bold: false,
  });
  return [
    row('episode', `${episode}`),
    row('step', `${step}`),
    row('return', signed(episodeReturn), returnColours[outcome]),
    row('action', action ?? '–'),
  ];
}

function valueRows(values: NonNullable<OverlayState['values']>): Row[] {
  const heading = { label: 'Q-values', value: '', labelColour: faint, valueColour: faint, bold: false };
  return [
    heading,
    ...values.map(({ name, value, chosen }) => ({
      label: name,
      value: signed(value),
      labelColour: chosen ? bright : quiet,
      valueColour: chosen ? bright : quiet,
      bold: chosen,
    })),
  ];
}

/** The drawing with the panels over it. */
export function withOverlay(drawing: Drawing, state: OverlayState): Drawing {
  const right = drawing.width - margin - panelWidth;
  const values = state.values === undefined ? [] : panel(right, valueRows(state.values));
  return { ...drawing, shapes: [...drawing.shapes, ...panel(margin, progressRows(state)), ...values] };
}

/** In pixels. */
export const stripHeight = 36;

/** Of the widest letters there are in names, in pixels; what the return needs at the right. */
const boldLetterWidth = 7.5;
const returnWidth = 64;

function shorten(title: string, width: number): string {
  const most = Math.floor((width - 2 * margin - returnWidth) / boldLetterWidth);
  return title.length <= most ? title : `…${title.slice(1 - most)}`;
}

/** What stands above a pane `width` pixels wide: title and return, below them detail and step. */
export function paneStrip(width: number, state: StripState): Drawing {
  const { title, detail, step, episodeReturn, outcome } = state;
  const style = { kind: 'text', size: fontSize } as const;
  const left = { ...style, align: 'left' } as const;
  const right = { ...style, align: 'right' } as const;
  const [first, second] = [15, 30];
  const end = width - margin;
  const progress = outcome === 'running' ? `step ${step}` : `ended at step ${step}`;
  return {
    width,
    height: stripHeight,
    background: '#181c28',
    shapes: [
      { ...left, text: shorten(title, width), at: { x: margin, y: first }, fill: bright, bold: true },
      { ...right, text: signed(episodeReturn), at: { x: end, y: first }, fill: returnColours[outcome] },
      { ...left, text: detail, at: { x: margin, y: second }, fill: quiet },
      { ...right, text: progress, at: { x: end, y: second }, fill: quiet },
    ],
  };
}
