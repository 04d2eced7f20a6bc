/** Light or dark: as the system has it, unless the visitor chose one. */
import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

const key = 'touchdown-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const changes = new EventTarget();

function stored(): Theme | undefined {
  const value = localStorage.getItem(key);
  return value === 'light' || value === 'dark' ? value : undefined;
}

const current = (): Theme => stored() ?? (system.matches ? 'dark' : 'light');

function apply(): void {
  document.documentElement.dataset['theme'] = current();
  changes.dispatchEvent(new Event('change'));
}

/** Sets the page's colours, from here on. */
export function startTheme(): void {
  apply();
  system.addEventListener('change', apply);
}

/** The other theme; the system's own is not remembered, so that it is followed again. */
export function toggleTheme(): void {
  const next = current() === 'dark' ? 'light' : 'dark';
  if ((next === 'dark') === system.matches) localStorage.removeItem(key);
  else localStorage.setItem(key, next);
  apply();
}

export function useTheme(): Theme {
  const [theme, setTheme] = useState(current);
  useEffect(() => {
    const onChange = () => setTheme(current());
    changes.addEventListener('change', onChange);
    return () => changes.removeEventListener('change', onChange);
  }, []);
  return theme;
}
