import { type DailyKey, zh } from './daily.zh.ts';
import { also } from './index.ts';

export const t = also<DailyKey>(zh, () => import('./daily.en.ts').then(m => m.en));
