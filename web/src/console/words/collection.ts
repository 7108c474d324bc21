export type { CollectionKey } from './collection.zh.ts';

import { type CollectionKey, zh } from './collection.zh.ts';
import { also } from './index.ts';

export const t = also<CollectionKey>(zh, () => import('./collection.en.ts').then(m => m.en));
