import { messageOf } from './message-of.ts';

/** @param what names the text in the error. @throws Error in one line for text that isn't JSON. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} isn't JSON: ${messageOf(error)}`, { cause: error });
  }
}
