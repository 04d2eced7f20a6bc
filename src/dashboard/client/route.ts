/** Addresses of the page, and going from one to another without loading it anew. */
import { useEffect, useState } from 'preact/hooks';

export type Route =
  | { readonly kind: 'list' }
  | { readonly kind: 'study'; readonly study: string }
  | { readonly kind: 'trial'; readonly study: string; readonly trial: number }
  | { readonly kind: 'nowhere' };

export const listPath = '/';
export const studyPath = (study: string): string => `/studies/${encodeURIComponent(study)}`;
export const trialPath = (study: string, trial: number): string => `${studyPath(study)}/trials/${trial}`;

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** @param path of the address, without query. */
export function parseRoute(path: string): Route {
  const [first, study, second, trial, ...rest] = path.split('/').slice(1);
  if (first === '' && study === undefined) return { kind: 'list' };
  if (first !== 'studies' || !study || rest.length > 0) return { kind: 'nowhere' };
  const name = decode(study);
  if (name === undefined) return { kind: 'nowhere' };
  if (second === undefined) return { kind: 'study', study: name };
  if (second === 'trials' && /^\d{1,9}$/.test(trial ?? '')) {
    return { kind: 'trial', study: name, trial: Number(trial) };
  }
  return { kind: 'nowhere' };
}

/** Goes to an address of the dashboard. */
export function navigate(path: string): void {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

/** Follows links of the dashboard by `navigate`. */
function onClick(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!(link instanceof HTMLAnchorElement) || !isPlain || event.defaultPrevented) return;
  if (link.origin !== location.origin || link.hash !== '') return;
  event.preventDefault();
  navigate(link.pathname);
}

/** Where the page is. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.pathname));
  useEffect(() => {
    const onMove = () => setRoute(parseRoute(location.pathname));
    addEventListener('popstate', onMove);
    document.addEventListener('click', onClick);
    return () => {
      removeEventListener('popstate', onMove);
      document.removeEventListener('click', onClick);
    };
  }, []);
  return route;
}
