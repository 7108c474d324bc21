import { also } from './index.ts';
import { type InspectKey, zh } from './inspect.zh.ts';

export const t = also<InspectKey>(zh, () => import('./inspect.en.ts').then(m => m.en));
