import { type AuditKey, zh } from './audit.zh.ts';
import { also } from './index.ts';

export { type AuditKey, zh } from './audit.zh.ts';
export const t = also<AuditKey>(zh, () => import('./audit.en.ts').then(m => m.en));
