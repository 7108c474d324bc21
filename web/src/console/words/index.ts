import { dictionary } from '../../kit/i18n.ts';
import { type ConsoleKey, zh } from './zh.ts';

export type { ConsoleKey } from './zh.ts';
export const t = dictionary<ConsoleKey>(zh, () => import('./en.ts').then(m => m.en));

/** Words of pages that are not loaded at once: a part of the dictionary that comes with them. */
export const also = <K extends string>(more: Record<K, string>, en: () => Promise<Record<K, string>>) =>
  dictionary<K | ConsoleKey>(
    more as Record<K | ConsoleKey, string>,
    en as () => Promise<Record<K | ConsoleKey, string>>,
  );
