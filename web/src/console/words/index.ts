import { dictionary } from '../../kit/i18n.ts';
import { type ConsoleKey, zh } from './zh.ts';

export type { ConsoleKey } from './zh.ts';
export const t = dictionary<ConsoleKey>(zh, () => import('./en.ts').then(m => m.en));
