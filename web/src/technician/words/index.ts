import { dictionary } from '../../kit/i18n.ts';
import { type TechnicianKey, zh } from './zh.ts';

export const t = dictionary<TechnicianKey>(zh, () => import('./en.ts').then(m => m.en));
