/**
 * What people are told while a command works: on standard error, so that standard output stays the result; nothing at
 * all where they asked for quiet.
 */
import { type Fact, formatFacts } from './summary.ts';

/** The part of a stream that messages and progress need; process.stderr has it. */
export interface MessageStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

let isQuiet = false;

/** @param quiet whether only results and errors are shown. */
export function setQuiet(quiet: boolean): void {
  isQuiet = quiet;
}

/** Where messages and progress go. */
export const messageStream = (): MessageStream => (isQuiet ? { write: () => true } : process.stderr);

/** A line or several. */
export function tell(text: string): void {
  messageStream().write(`${text}\n`);
}

export const tellFacts = (facts: readonly Fact[]): void => tell(formatFacts(facts, process.stderr));
