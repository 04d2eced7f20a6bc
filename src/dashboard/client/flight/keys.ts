/** The keyboard as a pilot: the main engine and the two at the sides, while their keys are down. */
import type { Pilot } from './pilot.ts';

const actions = { coast: 0, left: 1, main: 2, right: 3 } as const;

export type Engine = Exclude<keyof typeof actions, 'coast'>;

/** A key says where the lander is to go; the left engine turns it to the left. */
const engines: Readonly<Record<string, Engine>> = {
  ArrowUp: 'main',
  KeyW: 'main',
  Space: 'main',
  ArrowLeft: 'left',
  KeyA: 'left',
  ArrowRight: 'right',
  KeyD: 'right',
};

/** Whether a key means something else where the focus is: writing, choosing, or pressing a button. */
function isTaken({ target, code }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  return target.matches(code === 'Space' ? 'input, select, button, a' : 'input:not([type=checkbox]), select');
}

export class Controls {
  /** Engines that are held, the latest last. */
  #held: readonly Engine[] = [];
  #onPress: () => void = () => {};

  hold(engine: Engine): void {
    this.#held = [...this.#held.filter((other) => other !== engine), engine];
    this.#onPress();
  }

  release(engine: Engine): void {
    this.#held = this.#held.filter((other) => other !== engine);
  }

  /** Does what the engine pressed last does: the environment has one action at a time. */
  readonly pilot: Pilot = () => ({ action: actions[this.#held.at(-1) ?? 'coast'], values: undefined });

  /** Listens to the keyboard until the returned function is called. @param onPress at every press. */
  listen(onPress: () => void): () => void {
    this.#onPress = onPress;
    const onDown = (event: KeyboardEvent) => {
      const engine = engines[event.code];
      if (engine === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTaken(event)) return;
      event.preventDefault();
      if (!event.repeat) this.hold(engine);
    };
    const onUp = ({ code }: KeyboardEvent) => {
      if (engines[code] !== undefined) this.release(engines[code]);
    };
    const onBlur = () => {
      this.#held = [];
    };
    addEventListener('keydown', onDown);
    addEventListener('keyup', onUp);
    addEventListener('blur', onBlur);
    return () => {
      removeEventListener('keydown', onDown);
      removeEventListener('keyup', onUp);
      removeEventListener('blur', onBlur);
      this.#onPress = () => {};
      this.#held = [];
    };
  }
}
