// Money is taken for a booked month: a part in cash with change, the rest by another means, once however often it is
// pressed; a void with four eyes; a deposit; a book of paper (PAY-01 to PAY-08). The end of the day is told by monthoffees.mjs.

import { billed, financeOf, importSheet, setUp } from './house.mjs';
import { api, expect, person, phone, pick, same, send, step, story, told } from './lib.mjs';
import { button, find as findHousehold, seen } from './money.mjs';
import { meters, offset, order, tenant } from './tenant.mjs';

const find = page => findHousehold(page, '3-2-1502');

expect(/\/api\/v1\/resident\/me\b.*\b401\b/);

await story('the cashier’s day', async browser => {
  const page = await person(browser, 'cashier');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  const community = communities[0].id;
  await importSheet(page, community);
  const { room } = await api(page, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const finance = await financeOf(browser, page, community);
  await step('two months are booked', () =>
    billed(page, finance, community, {
      basis: 'room',
      nameEn: 'property fee',
      dueDay: 5,
      price: '300.00',
      months: ['2026-02', '2026-03'],
    }),
  );
  await step('a shift is opened with the cash in the till', () => open(page));
  const first = await step('a part is taken in cash, with change', () => part(page));
  await step('the receipt is printed, and the second print is a copy', () => printed(page, browser, first));
  await step('the rest is pressed twice and taken once', () => rest(page, room));
  await step('a void needs somebody else', () => voided(page, finance, first));
  await step('what was voided is due again', () => again(page, room));
  await step('a deposit is taken and given back in part, as somebody else allows', () =>
    deposit(page, finance),
  );
  await step('a gateway brings readings, another is typed with a picture', () =>
    meters(page, community, room),
  );
  await step('in the contract’s order principal goes before late fees', () => order(finance, page));
  await step('a tenant’s bill: the owner sees it on her phone, the tenant pays it', () =>
    tenant(browser, page, community, room, () =>
      billed(page, finance, community, {
        code: 'LJ',
        name: '垃圾费',
        basis: 'room',
        billedTo: 'tenant',
        price: '88.00',
        months: ['2026-03'],
      }),
    ),
  );
  await step('a claim of an owner is set off, as somebody else allows', async () =>
    offset(finance, page, (await api(page, `/rooms/resolve?community=${community}&label=3-2-1501`)).room),
  );
  await step('the household shows what was paid', () => household(page, room));
  await step('a book of paper is given out and entered in order', () => paper(page, community));
  await step('what is typed at the desk stays while another fee is booked', () =>
    undisturbed(page, finance, community),
  );
});

async function open(page) {
  await page.goto('/console/cashier');
  await page.getByLabel('备用金（元）').fill('200.00');
  await seen(page, 'open');
  await page.keyboard.press('Enter');
  await page.getByText('当班中 · 应有现金 ¥200.00').waitFor();
}

async function part(page) {
  await find(page);
  // February was due on the 5th: 32 days through 9 March × 0.5 ‰ × 300.00 = 4.80; March 4 days: 0.60.
  await page.getByTestId('due-total').getByText('¥605.40').waitFor();
  await page.getByRole('radio', { name: '收一部分' }).check();
  await page.getByLabel('金额（元）').fill('104.80');
  await page.getByLabel('实收现金').fill('100');
  await page.getByTestId('change').getByText('-4.80').waitFor();
  expect(/payments.*422|422.*payments/);
  await button(page, '收款 ¥104.80').click();
  await page.getByText('实收少于应收 104.80 元').first().waitFor();
  await page.getByLabel('实收现金').fill('200');
  await page.getByTestId('change').getByText('95.20').waitFor();
  await seen(page, 'desk');
  await page.keyboard.press('Enter');
  await page.getByTestId('change-back').getByText('¥95.20').waitFor();
  await page.getByText('收据号 SJ0000001').waitFor();
  await seen(page, 'taken');
  const { items } = await api(page, `/payments?community=${(await api(page, '/session')).communities[0].id}`);
  same(
    items[0].parts.map(p => [p.part, p.amount]),
    [
      ['late_fee', '4.80'],
      ['late_fee', '0.60'],
      ['principal', '99.40'],
    ],
    'late fees first, then the oldest',
  );
  return items[0];
}

async function printed(page, browser, payment) {
  await page.getByRole('link', { name: '打印收据' }).press('Enter');
  const paper = page.getByRole('article', { name: '收款收据' });
  await paper.getByText('大写：壹佰零肆元捌角整').waitFor();
  await seen(page, 'receipt');
  await page.goto(`/console/receipts/${payment.receiptId}`);
  await paper.getByText('副本').waitFor();
  await page.getByRole('radio', { name: 'A4' }).check();
  await seen(page, 'receipt-A4');
  const { code } = await send(page, 'POST', `/receipts/${payment.receiptId}/print`);
  const holder = await person(browser, 'who holds the receipt', { viewport: phone, touch: true });
  await holder.goto(`/r/receipt/${code}`);
  await holder.getByText('收据真实有效').waitFor();
  await holder.getByText('¥104.80').waitFor();
  same(await holder.getByText('1502').count(), 0, 'the room in full');
  await seen(holder, 'proof');
  expect(/receipt-proofs.*404|404.*receipt-proofs/);
  await holder.goto('/r/receipt/NOSUCHCODE');
  await holder.getByText('没有这张收据').waitFor();
  payment.code = code;
  payment.holder = holder;
}

async function rest(page, room) {
  await find(page);
  await page.getByRole('radio', { name: '微信' }).check();
  await page.getByLabel('微信支付单号').fill('4200002026031000001');
  await page.getByRole('button', { name: /^收款 ¥/ }).dblclick();
  await page.getByText('收据号 SJ0000002').waitFor();
  const { items } = await api(page, `/rooms/${room.id}/payments`);
  same(
    items.map(p => p.amount),
    ['500.60', '104.80'],
    'payments of the room',
  );
  same((await api(page, `/rooms/${room.id}/due`)).total, '0.00', 'what is due');
}

async function voided(page, finance, payment) {
  await page.goto('/console/payments');
  await button(page, 'SJ0000001').click();
  await button(page, '申请作废').click();
  await button(page, '提交审批').click();
  await page.getByText('请填写这一项').waitFor();
  await page.getByLabel('作废原因').fill('收错住户');
  await button(page, '提交审批').click();
  await told(page, '已提交，由另一人审批后作废');
  await page.getByText('作废待审批').first().waitFor();
  await seen(page, 'payments');
  await finance.goto('/console/approvals');
  await finance.getByTestId('approval-row').first().click();
  await seen(finance, 'approval');
  await button(finance, '同意').and(finance.locator('[type=submit]')).click();
  await finance.getByText('已同意').first().waitFor();
  await page.getByText('已作废').first().waitFor();
  await payment.holder.goto(`/r/receipt/${payment.code}`);
  await payment.holder.getByText('收据已作废').waitFor();
  await payment.holder.close();
}

async function again(page, room) {
  await find(page);
  const { total } = await api(page, `/rooms/${room.id}/due`);
  same(total, '104.80', 'what is due again');
  await page.getByLabel('实收现金').fill('104.80');
  await page.keyboard.press('Control+Enter');
  await page.getByText('收据号 SJ0000003').waitFor();
}

async function deposit(page, finance) {
  await page.goto('/console/cashier');
  await page.getByRole('searchbox').fill('3-2-1502');
  await page.getByTestId('hit').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('没有未交费用').waitFor();
  await page.getByRole('tab', { name: '押金' }).click();
  await page.getByLabel('金额（元）').fill('2000');
  await button(page, '收押金').click();
  await told(page, '押金已收，收据号 SJ0000004');
  await button(page, '退还').click();
  await page.getByLabel('退还现金（元）').fill('1500');
  await button(page, '退还').click();
  await told(page, '超过本人限额，已提交审批，批准前不出款。');
  await finance.goto('/console/approvals');
  await finance.getByTestId('approval-row').first().click();
  await button(finance, '同意').and(finance.locator('[type=submit]')).click();
  await finance.getByText('已同意').first().waitFor();
  await button(page, '支付').click();
  await told(page, '押金已退还');
  await page.getByText('在押 500.00').waitFor();
  await seen(page, 'deposit');
}

async function household(page, room) {
  await page.goto(`/console/households/${room.id}`);
  const slot = page.getByTestId('slot-payments');
  await slot.getByText('在押押金').waitFor();
  await slot.getByText('微信').first().waitFor();
  await seen(page, 'household');
}

async function paper(page, community) {
  await page.goto('/console/cashier/books');
  await page.getByRole('radio', { name: '手工收据' }).check();
  await page.getByLabel('字头').fill('SG');
  await page.getByLabel('号码位数').fill('4');
  await page.getByLabel('止号').fill('3');
  const me = (await api(page, `/staff?community=${community}`)).items.find(s => s.agentNo !== 'W09');
  await pick(page.getByLabel('领用人'), me.name);
  await button(page, '发放').click();
  await told(page, '票据本已发放');
  expect(/paper-receipts.*422|422.*paper-receipts/);
  await page.getByLabel('收据号').fill('SG0002');
  await page.getByLabel('房号').fill('3-2-1502');
  await page.getByLabel('交款人').fill('王五');
  await page.getByLabel('金额（元）').fill('50');
  await page.getByLabel('开票时间').fill('2026-03-10T08:00');
  await button(page, '补录').click();
  await page.getByText('SG0001 还没有录入，请先录入它，或登记作废').first().waitFor();
  await page.getByLabel('收据号').fill('SG0001');
  await button(page, '补录').click();
  await told(page, 'SG0001 已补录');
  await seen(page, 'books');
}

/** Others book and pay while the desk is open: the list of what is due follows, the form keeps what it holds. */
async function undisturbed(page, finance, community) {
  await findHousehold(page, '3-2-1501');
  await page.getByLabel('备注').fill('代母亲交');
  await page.getByRole('radio', { name: '微信' }).check();
  await page.getByLabel('微信支付单号').fill('4200002026031000009');
  await billed(page, finance, community, {
    code: 'ZX',
    name: '装修管理费',
    basis: 'room',
    price: '66.00',
    months: ['2026-03'],
  });
  await page.getByRole('table', { name: '应收明细' }).getByText('装修管理费').first().waitFor();
  same(await page.getByLabel('备注').inputValue(), '代母亲交', 'the remark');
  same(await page.getByLabel('微信支付单号').inputValue(), '4200002026031000009', 'the number');
}
