/** Steps at 50 a second, whatever the screen's rate, and only while there is something to see. */
import { useEffect, useRef } from 'preact/hooks';

const stepMilliseconds = 20;
/** After a pause the clock goes on; it doesn't catch up. */
const longestGap = 100;

/**
 * @param running stops the clock where false. @param speed how many times as fast as life.
 * @param tick is called once per frame with the steps that are due.
 * @returns a ref for the element that must be in view.
 */
export function useClock(running: boolean, speed: number, tick: (steps: number) => void) {
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    if (!running) return undefined;
    let visible = true;
    let last: number | undefined;
    let due = 0;
    let frame = requestAnimationFrame(onFrame);
    function onFrame(now: number) {
      frame = requestAnimationFrame(onFrame);
      const gap = Math.min(now - (last ?? now), longestGap);
      last = now;
      if (!visible) return;
      due += (gap * speed) / stepMilliseconds;
      const steps = Math.floor(due);
      due -= steps;
      if (steps > 0) latest.current(steps);
    }
    const observer = new IntersectionObserver(([{ isIntersecting }]) => {
      visible = isIntersecting;
    });
    if (element.current !== null) observer.observe(element.current);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [running, speed]);
  return element;
}
