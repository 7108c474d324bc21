export const zh = {
  'ladder.to': '通知对象',
  'ladder.to.debtor': '付款人（业主或租户）',
  'ladder.to.owner': '业主：租户逾期未付时（负连带责任）',
  'joint.tenant': '租户账单',
  'joint.to_owner': '转告业主（连带责任）',
};

export type JointKey = keyof typeof zh;
