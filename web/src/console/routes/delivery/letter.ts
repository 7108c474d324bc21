// The words of a printed bill: in the language of who reads it, not of who prints it.

import { yuan } from '../../../kit/format.ts';
import type { BillSheet } from '../../../kit/types.ts';

type Early = NonNullable<BillSheet['lines'][number]['early']>[number];

const zh = {
  title: '账单通知',
  corrected: '账单更正通知',
  developer: '开发建设单位',
  room: '房屋',
  period: '账期',
  item: '收费项目',
  quantity: '数量',
  price: '单价',
  amount: '应收',
  paid: '已缴',
  late: '违约金',
  open: '待缴',
  older: '往期',
  reversed: '（已冲销）',
  corrects: '更正原账单',
  total: '合计待缴',
  pay: '请于以下日期前缴清：',
  nothing: '本通知无待缴金额',
  asOf: '数据截至',
  early: (e: Early) =>
    `（${e.with?.length ? '与本年其余账单一并' : ''}于 ${e.until} 前缴清可优惠 ${yuan(e.off)} 元）`,
  scan: '微信扫码查看本账单的计算过程并缴费',
  office: '客服中心：',
  phone: '服务电话：',
  complaint: '投诉渠道：',
  ask: '对账单有疑问，可在上述地点和时间核对，或致电咨询。',
};

const en: typeof zh = {
  title: 'Your bill',
  corrected: 'Correction of your bill',
  developer: 'Developer',
  room: 'Room',
  period: 'Period',
  item: 'Charge',
  quantity: 'Quantity',
  price: 'Price',
  amount: 'Amount',
  paid: 'Paid',
  late: 'Late fee',
  open: 'To pay',
  older: 'earlier',
  reversed: '(reversed)',
  corrects: 'instead of',
  total: 'To be paid',
  pay: 'Please pay by',
  nothing: 'Nothing is to be paid',
  asOf: 'as of',
  early: e =>
    `(${yuan(e.off)} yuan less if ${e.with?.length ? 'the rest of the year is paid with it' : 'paid'} by ${e.until})`,
  scan: 'Scan with WeChat to see how each line came about, and to pay',
  office: 'Service centre:',
  phone: 'Telephone:',
  complaint: 'Complaints:',
  ask: 'If something seems wrong, come to the service centre in these hours, or call.',
};

export const say = (lang: string) => (lang === 'en' ? en : zh);
