export const zh = {
  'ladder.to': '通知对象',
  'ladder.to.debtor': '付款人（业主或租户）',
  'ladder.to.owner': '业主：租户逾期未付时（负连带责任）',
  'joint.tenant': '租户账单',
  'joint.to_owner': '转告业主（连带责任）',
  'lease.end.hint': '当天起不再由租户承担：租户承担到 31 日的，填下月 1 日',
  'todo.head': '待办',
  'todo.tenant': '租户 {who}',
  'todo.bills': '{months}，{n} 笔，未缴本金 {yuan} 元',
  'todo.disputed': '账单均在争议中',
  'todo.step': '到期后 {days} 天',
};

export type JointKey = keyof typeof zh;
