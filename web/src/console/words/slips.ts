// The words on forms that are printed: loaded with the pages that print them.
import { dictionary } from '../../kit/i18n.ts';
import type { ConsoleKey } from './index.ts';
import { type SlipKey, zh } from './slips.zh.ts';

export type { SlipKey } from './slips.zh.ts';
export const t = dictionary<SlipKey | ConsoleKey>(zh as Record<SlipKey | ConsoleKey, string>, () =>
  import('./slips.en.ts').then(m => m.en as Record<SlipKey | ConsoleKey, string>),
);
