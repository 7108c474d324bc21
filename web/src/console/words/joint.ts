import { also } from './index.ts';
import { type JointKey, zh } from './joint.zh.ts';

export type { JointKey } from './joint.zh.ts';
export const t = also<JointKey>(zh, () => import('./joint.en.ts').then(m => m.en));
