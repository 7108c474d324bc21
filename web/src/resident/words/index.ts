import { dictionary } from '../../kit/i18n.ts';
import { type ResidentKey, zh } from './zh.ts';

export const t = dictionary<ResidentKey>(zh, () => import('./en.ts').then(m => m.en));
