import { type HandKey, zh } from './hand.zh.ts';
import { also } from './index.ts';

export const t = also<HandKey>(zh, () => import('./hand.en.ts').then(m => m.en));
