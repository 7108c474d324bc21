import { also } from './index.ts';
import { type SlipKey, zh } from './slips.zh.ts';

export type { SlipKey } from './slips.zh.ts';
export const t = also<SlipKey>(zh, () => import('./slips.en.ts').then(m => m.en));
