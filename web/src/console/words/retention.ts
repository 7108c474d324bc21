import { also } from './index.ts';

export type { RetentionKey } from './retention.zh.ts';

import { type RetentionKey, zh } from './retention.zh.ts';

export const t = also<RetentionKey>(zh, () => import('./retention.en.ts').then(m => m.en));
