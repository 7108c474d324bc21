import { also } from './index.ts';
import { type TemporaryKey, zh } from './temporary.zh.ts';

export const t = also<TemporaryKey>(zh, () => import('./temporary.en.ts').then(m => m.en));
