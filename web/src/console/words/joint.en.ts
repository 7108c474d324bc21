import type { JointKey } from './joint.zh.ts';

export const en: Record<JointKey, string> = {
  'ladder.to': 'Who is asked',
  'ladder.to.debtor': 'who pays (owner or tenant)',
  'ladder.to.owner': 'the owner, where a tenant is late (jointly liable)',
  'joint.tenant': 'tenant’s bill',
  'joint.to_owner': 'told to the owner (jointly liable)',
  'lease.end.hint': 'From this day on the tenant pays nothing: who pays to the 31st ends on the 1st',
  'todo.head': 'To do',
  'todo.tenant': 'tenant {who}',
  'todo.bills': '{months}: {n} {n#line|lines}, ¥{yuan} open',
  'todo.disputed': 'all its bills are in dispute',
  'todo.step': 'day {days} after the due day',
};
