import type { JointKey } from './joint.zh.ts';

export const en: Record<JointKey, string> = {
  'ladder.to': 'Who is asked',
  'ladder.to.debtor': 'who pays (owner or tenant)',
  'ladder.to.owner': 'the owner, where a tenant is late (jointly liable)',
  'joint.tenant': 'tenant’s bill',
  'joint.to_owner': 'told to the owner (jointly liable)',
};
