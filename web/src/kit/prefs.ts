// Theme and type size of this device.
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const watchers = new Set<() => void>();
const night = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined;
const tell = () => {
  for (const watcher of watchers) watcher();
};
night?.addEventListener('change', tell);

export const theme = (): Theme => (localStorage.getItem('gj:theme') as Theme | null) ?? 'system';
export const mode = (): 'light' | 'dark' =>
  theme() === 'system' ? (night?.matches ? 'dark' : 'light') : (theme() as 'light' | 'dark');
export const largeType = (): boolean => localStorage.getItem('gj:large') === '1';

export function applyPrefs(): void {
  const root = document.documentElement;
  if (theme() === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme();
  root.classList.toggle('large', largeType());
}

export function setTheme(next: Theme): void {
  localStorage.setItem('gj:theme', next);
  applyPrefs();
  tell();
}

export function setLargeType(on: boolean): void {
  localStorage.setItem('gj:large', on ? '1' : '0');
  applyPrefs();
  tell();
}

const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};
export const useTheme = (): Theme => useSyncExternalStore(watch, theme);
export const useMode = (): 'light' | 'dark' => useSyncExternalStore(watch, mode);
export const useLargeType = (): boolean => useSyncExternalStore(watch, largeType);
