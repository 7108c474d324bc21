// Money goes back: a resident asks on her phone, the desk checks, somebody else decides, the cashier pays out with a
// slip, and she follows it; petty cash from the same till (PAY-06, PAY-02b).

import { financeOf, importSheet, setUp } from './house.mjs';
import { api, counts, draw, expect, person, reach, same, send, shows, step, story, told } from './lib.mjs';

expect(/\/api\/v1\/resident\/me\b.*\b401\b/);
expect(/\/api\/v1\/statements\b.*\b422\b/);

import { approve, button, find, seen } from './money.mjs';

const statement = `账号：,110100200300400
交易日期,收入,支出,余额,对方户名,摘要,流水号
2026-03-09,88.00,,"1,088.00",王某,转账,ZH-0309
2026-03-09,12.00,,"1,100.00",周某,转账,ZH-0310
2026-03-10,0.35,,"1,100.35",,利息,ZH-0311
2026-03-10,150.00,,"1,250.35",某公司,房租,ZH-0312
合计,SUM,,,,,
`;

await story('money goes back', async browser => {
  const desk = await person(browser, 'the cashier');
  await desk.goto('/console/');
  const { communities } = await setUp(desk);
  const community = communities[0].id;
  await importSheet(desk, community);
  const { room } = await api(desk, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const finance = await financeOf(browser, desk, community);
  await step('she paid 500.00 ahead in cash', () => ahead(desk, community, room));
  await step('the desk asks for all of it, and refuses it after all', () => again(desk));
  await step('the room changes hands: what is hers is listed and signed', () => settles(desk, room));
  await step('money nobody knows waits, and goes to a household when finance agrees', () =>
    unknown(desk, finance),
  );
  await step('a lamp is paid from the till; the sheet shows float, refund and lamp', () => lamp(desk));
  await step(
    'the bank’s statement names one transfer; the other goes to suspense, a third is no matter',
    () => banked(finance, desk, room),
  );
  await step('the room is sold: what she paid ahead stays hers until both agree, and finance does', () =>
    handed(desk, finance, room),
  );
});

async function ahead(desk, community, room) {
  await send(desk, 'POST', '/cashier-shifts', { community, opening: '300.00' });
  await send(desk, 'POST', '/payments', {
    roomId: room.id,
    way: 'ahead',
    amount: '500.00',
    expected: '0',
    means: 'cash',
    payer: '李静',
  });
}

async function again(desk) {
  await desk.goto('/console/cashier');
  await desk.getByRole('searchbox').fill('3-2-1502');
  await desk.getByTestId('hit').first().waitFor();
  await desk.keyboard.press('Enter');
  await desk.getByRole('tab', { name: '退款' }).click();
  await button(desk, '申请退款').click();
  await desk.getByLabel('退款原因').fill('业主要求');
  await seen(desk, 'asking at the desk');
  await button(desk, '申请退款').click();
  await told(desk, '已提交退款 RF202603100001，最迟 2026-03-19 办结');
  await desk.getByRole('link', { name: '本户的退款记录' }).click();
  await button(desk, 'RF202603100001').click();
  await desk.getByText('终止退款').first().click();
  await desk.getByLabel('终止原因').fill('业主改主意');
  await button(desk, '终止退款').click();
  await desk.getByText('已撤回').first().waitFor();
  await seen(desk, 'refunds of the household');
}

async function settles(desk, room) {
  await desk.goto(`/console/settlements/${room.id}?day=2026-03-15`);
  await shows(desk.getByTestId('settle-net'), '应退 500.00 元', 'what goes back');
  await button(desk, '存为结算单，准备签字').click();
  await draw(desk.getByRole('img', { name: '在此签字' }));
  await desk.getByRole('button', { name: '原业主签字', exact: true }).click();
  await told(desk, '已签字');
  await seen(desk, 'the settlement');
}

async function unknown(desk, finance) {
  await desk.goto('/console/suspense');
  await desk.getByText('没有待查的款项').waitFor();
  await desk.getByLabel('金额（元）').fill('88.00');
  await desk.getByLabel('到账日').fill('2026-03-09');
  await desk.getByLabel('银行流水号').fill('ZH-0309');
  await desk.getByLabel('付款户名').fill('王某');
  await button(desk, '登记').click();
  await told(desk, '已入待查款');
  await button(desk, '认领或退回').click();
  await desk.getByLabel('房号').fill('3-2-1502');
  await desk.getByLabel('查实情况').fill('电话核实，是1502交的');
  await seen(desk, 'suspense');
  await button(desk, '送审批').click();
  await told(desk, '已送审批');
  await finance.goto('/console/approvals');
  await finance.getByTestId('approval-row').first().click();
  await finance.getByText('3栋2单元1502').first().waitFor();
  await button(finance, '同意').and(finance.locator('[type=submit]')).click();
  await finance.getByText('已同意').first().waitFor();
  await desk.goto('/console/suspense?state=ended');
  await desk.getByText('已认领').waitFor();
  await seen(desk, 'released');
}

async function lamp(desk) {
  await desk.goto('/console/cashier/day');
  await desk.getByText('应有 ¥800.00').waitFor();
  await desk.getByText('备用金', { exact: true }).click();
  const form = desk.getByRole('form', { name: '备用金' });
  await form.getByLabel('金额（元）').fill('35.50');
  await form.getByLabel('凭证号').fill('PZ-0310');
  await form.getByLabel('领款人').fill('王师傅');
  await form.getByLabel('用途').fill('大堂灯泡');
  await form.getByRole('button', { name: '登记' }).click();
  await told(desk, '已登记');
  await desk.getByText('应有 ¥764.50').waitFor();
  const moves = desk.getByRole('table', { name: '退款、备用金及其他' });
  await counts(moves.getByRole('row'), 4, 'float, what was in suspense, and lamp');
  await seen(desk, 'the sheet');
  const { communities } = await api(desk, '/session');
  const { items } = await api(desk, `/ledger/trial?community=${communities[0].id}`);
  const cash = items.find(i => i.kind === 'cash');
  same(Math.round((Number(cash.debit) - Number(cash.credit)) * 100), 76450, 'cash in the books');
}

async function banked(finance, desk, room) {
  for (const [amount, reference] of [
    ['100.00', 'HZ-1'],
    ['50.00', 'HZ-2'],
  ])
    await send(desk, 'POST', '/payments', {
      roomId: room.id,
      way: 'ahead',
      amount,
      expected: '0',
      means: 'bank',
      reference,
      payer: '某公司',
    });
  const file = sum => ({
    name: '三月流水.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(statement.replace('SUM', sum)),
  });
  await finance.goto('/console/statements');
  await finance.getByText('还没有导入过对账单').waitFor();
  await finance.getByLabel('对账单文件').setInputFiles(file('250.00'));
  await button(finance, '读取并预览').click();
  await finance.getByText('文件写的是 250.00，逐行相加是 250.35').waitFor();
  await finance.getByLabel('对账单文件').setInputFiles(file('250.35'));
  await button(finance, '读取并预览').click();
  await finance.getByText('新流水 4 笔，已导入过 0 笔').waitFor();
  await seen(finance, 'a statement before it is kept');
  await button(finance, '确认导入').click();
  await told(finance, '已导入 4 笔，自动对上 1 笔');
  const lines = finance.getByTestId('statement-line');
  await lines.nth(1).waitFor();
  await seen(finance, 'lines that wait');
  await together(lines.filter({ hasText: '房租' }));
  await lines.nth(0).getByRole('button', { name: '不需对账' }).click();
  await lines.nth(0).getByLabel('原因').fill('银行利息');
  await lines.nth(0).getByRole('form').getByRole('button', { name: '不需对账' }).click();
  await lines.nth(1).waitFor({ state: 'detached' });
  await lines.nth(0).getByRole('button', { name: '转入待查款' }).click();
  await told(finance, '已入待查款');
  await finance.getByText('没有待核对的流水').waitFor();
  await finance.getByRole('radio', { name: '已入待查款' }).check();
  await lines.nth(1).waitFor();
  await seen(finance, 'lines in suspense');
}

/** One transfer for two receipts: the sum must agree before it is taken. */
async function together(line) {
  await line.getByRole('button', { name: '对应几笔入账' }).click();
  const form = line.getByRole('form');
  await form.getByLabel('付款人、凭证号、房号或金额').fill('HZ-');
  await form.getByRole('checkbox', { name: /HZ-1/ }).check();
  await shows(form.getByTestId('several-sum'), '还差 ¥50.00', 'what is missing');
  await form.getByRole('checkbox', { name: /HZ-2/ }).check();
  await shows(form.getByTestId('several-sum'), '与流水一致', 'the sum');
  await seen(line.page(), 'several bookings for one line');
  await form.getByRole('button', { name: '就是这几笔' }).click();
  await line.waitFor({ state: 'detached' });
}

/** PAY-05a: prepaid money stays the payer's; handing it over is a step that somebody else approves. */
async function handed(desk, finance, room) {
  await desk.goto(`/console/customers/transfer?room=${room.id}`);
  await desk.getByRole('radio', { name: '新客户' }).check();
  await desk.getByLabel('姓名').fill('赵新');
  await desk.getByText('赵新 从').waitFor();
  await button(desk, '办理过户').click();
  await told(desk, '已过户');
  await find(desk, '3-2-1502', desk.getByText('原业主的，只抵其本人账单').first());
  await desk.getByRole('tab', { name: '退款' }).click();
  await button(desk, '转给他人').first().click();
  const form = desk.getByRole('form', { name: '转给他人' });
  await form.getByLabel('双方签字的文件').fill('预存款转让协议');
  await form.getByRole('button', { name: '转给他人' }).click();
  await form.getByText('请填写这一项').waitFor();
  await form.getByLabel('转让原因').fill('买卖双方约定随房转让');
  await reach(form.getByRole('combobox'), '赵新');
  await seen(desk, 'handing over');
  await form.getByRole('button', { name: '转给他人' }).click();
  await told(desk, '给 赵新，待审批');
  await approve(finance, () => finance.getByText('预存款转让协议').first().waitFor());
  await find(desk, '3-2-1502', desk.getByText('原业主的，只抵其本人账单').first());
  await seen(desk, 'handed over');
}
