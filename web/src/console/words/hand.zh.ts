// Whose prepaid money is whose, handing it over, promises of one debtor, voids that fall on a later shift.
export const zh = {
  'ahead.of.earlier': '原业主的，只抵其本人账单',
  'ahead.of.tenant': '租户的，只抵其本人账单',
  'ahead.of.developer': '开发建设单位的，只抵其账单',
  'ahead.of.other': '他人代存的，不自动抵扣',
  'hand.ask': '转给他人',
  'hand.to': '转给谁',
  'hand.amount': '转让金额（元）',
  'hand.document': '双方签字的文件',
  'hand.reason': '转让原因',
  'hand.note':
    '房屋过户后，原业主的预存仍归其本人，只抵其本人账单；买卖双方约定随房转让的，在此申请，由他人审批后归对方所有。',
  'hand.kind.owner': '业主',
  'hand.kind.tenant': '租户',
  'hand.until': '至 {day}',
  'hand.asked': '已申请将 {from} 的预存 {yuan} 转给 {to}，待审批',
  'hand.from': '由{name}转入',
  'void.waits': '待下一班退出',
  'void.later': '前一日作废、本日班次退出：',
  'promise.who': '谁承诺',
  'promise.developer': '开发建设单位',
  'promise.of': '{name}承诺',
};

export type HandKey = keyof typeof zh;
