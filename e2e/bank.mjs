// A bank collects what is due: mandates, a batch that somebody else releases, the bank's file and its answer; and what was
// paid is invoiced, issued by the platform and taken back in part by a red letter (PAY-02a, PAY-02b). Two homes at
// 2.80 yuan a month and m²: 3-2-1502 owes 304.14, 3-2-1501 owes 249.48.
import { readFile } from 'node:fs/promises';
import { billed, financeOf, importSheet, setUp } from './house.mjs';
import { api, expect, has, person, same, send, shows, step, story, told } from './lib.mjs';
import { approve, button, seen } from './money.mjs';

const bank = '虚构商业银行';
const csv = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

const heads = '批次号,明细号,金额,扣款结果,失败原因,交易日期,银行流水号\n';
const rowsOf = (items, amount) =>
  items
    .map(i =>
      i.label.includes('1502')
        ? `${i.batch},${i.id},${amount ?? i.amount},成功,,2026-03-10,LS-1502\n`
        : `${i.batch},${i.id},${i.amount},失败,余额不足,,\n`,
    )
    .join('');

await story('a bank collects, and what it collected is invoiced', async browser => {
  const page = await person(browser, 'the cashier');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  const community = communities[0].id;
  await importSheet(page, community);
  const rooms = {};
  for (const label of ['3-2-1502', '3-2-1501'])
    rooms[label] = (await api(page, `/rooms/resolve?community=${community}&label=${label}`)).room;
  const finance = await financeOf(browser, page, community);
  await step('a month is booked', () =>
    billed(page, finance, community, { price: '2.80', months: ['2026-02'], latePerDay: '0' }),
  );
  await step('a mandate is kept: what is wrong of it is said at its field', () => signs(page));
  await send(page, 'POST', '/debit-mandates', {
    roomId: rooms['3-2-1501'].id,
    number: 'XY-1501',
    bank,
    holder: '陈大海',
    account: '6217990000001501',
    signedOn: '2026-03-01',
  });
  const batch = await step('a batch gathers what is due, and waits for somebody else', () => gathers(page));
  await step('finance releases it', () => approve(finance, () => seen(finance, 'releasing a batch')));
  const items = await step('the file to the bank names every item', () => file(page, community, batch));
  await step('an answer with a wrong amount books nothing', () => wrong(page, batch, items));
  await step('the right answer is shown, and booked once', () => answered(page, items, rooms));
  await step('what failed comes into the next batch by itself', () => next(page));
  await step('an invoice needs who makes it out', () => seller(finance));
  await step('she wants an invoice for her company', () => applies(page));
  await step('finance exports it, and the platform issues it', () => issued(finance, community));
  await step('a part of it is taken back by a red letter', () => red(finance));
  await step('both pages in English and dark', () => english(browser, page));
});

async function signs(page) {
  await page.goto('/console/debit-mandates');
  await page.getByText('还没有代扣授权').waitFor();
  const form = page.getByRole('form', { name: '登记授权' });
  await form.getByLabel('房屋').fill('3-2-1502');
  await form.getByLabel('银行', { exact: true }).fill(bank);
  await form.getByLabel('协议号').fill('XY-1502');
  await form.getByLabel('户名').fill('李静');
  await form.getByLabel('账号').fill('12');
  await form.getByLabel('签订日期').fill('2026-03-01');
  expect(/debit-mandates.*422|422.*debit-mandates/);
  await button(page, '保存授权').click();
  await form.getByText('银行账号应为 8 到 30 位数字').waitFor();
  await seen(page, 'a mandate with a wrong account');
  await form.getByLabel('账号').fill('6217 9900 0000 1502');
  await button(page, '保存授权').click();
  await told(page, '授权已保存');
  const row = page.getByTestId('mandate');
  await shows(row, '1502', 'the last four digits');
  same((await row.innerText()).includes('621799'), false, 'the account in full');
  await seen(page, 'mandates');
}

async function gathers(page) {
  await page.goto('/console/debits');
  await page.getByText('还没有代扣批次').waitFor();
  await page.getByLabel('到期日截至').fill('2026-03-10');
  await page.getByLabel('扣款日期').fill('2026-03-09');
  expect(/debit-batches.*422|422.*debit-batches/);
  await button(page, '编制批次').click();
  await page.getByLabel('扣款日期').fill('2026-03-10');
  await button(page, '编制批次').click();
  const pane = page.getByTestId('debit-pane');
  await shows(pane, '2 笔，¥553.62', 'what is in it');
  await seen(page, 'a batch');
  await button(page, '提交放行').dblclick();
  await pane.getByText('等待另一个人放行').waitFor();
  return new URL(page.url()).searchParams.get('open').replaceAll('"', '');
}

async function file(page, community, batch) {
  await page.goto(`/console/debits?open=${batch}`);
  const loads = page.waitForEvent('download');
  await page.getByRole('link', { name: '下载文件（UTF-8）' }).click();
  const text = await readFile(await (await loads).path(), 'utf8');
  const { items } = await api(page, `/debit-items?community=${community}&batch=${batch}`);
  for (const i of items) has(text, i.id, 'the file');
  has(text, '6217990000001502', 'the file');
  return items;
}

async function wrong(page, batch, items) {
  await page.goto(`/console/debits?open=${batch}`);
  await page.getByLabel('回盘文件').setInputFiles(csv('错.csv', heads + rowsOf(items, '304.15')));
  await button(page, '读取并预览').click();
  await page.getByText('1 行不对，没有入账').waitFor();
  await page.getByText('金额不符').waitFor();
  same(await button(page, '确认入账').isDisabled(), true, 'booking is closed');
  await seen(page, 'a wrong answer');
}

async function answered(page, items, rooms) {
  await page.getByLabel('回盘文件').setInputFiles(csv('回盘.csv', heads + rowsOf(items)));
  await button(page, '读取并预览').click();
  await page.getByText('成功 1 笔 ¥304.14，失败 1 笔，已知 0 笔').waitFor();
  same((await api(page, `/rooms/${rooms['3-2-1502'].id}/due`)).total, '304.14', 'nothing is booked yet');
  await button(page, '确认入账').dblclick();
  await told(page, '已入账：成功 1 笔（其中 0 笔转待查款），失败 1 笔');
  await shows(page.getByTestId('debit-pane'), '已回盘', 'the state');
  await seen(page, 'a batch that was answered');
  await page.getByLabel('回盘文件').setInputFiles(csv('回盘.csv', heads + rowsOf(items)));
  await button(page, '读取并预览').click();
  await page.getByText('成功 0 笔 ¥0.00，失败 0 笔，已知 2 笔').waitFor();
  same((await api(page, `/rooms/${rooms['3-2-1502'].id}/due`)).total, '0.00', 'what she owes');
  same((await api(page, `/rooms/${rooms['3-2-1501'].id}/due`)).total, '249.48', 'what he owes');
  same((await api(page, `/rooms/${rooms['3-2-1502'].id}/payments`)).items.length, 1, 'payments');
}

async function next(page) {
  await page.goto('/console/debits');
  await page.getByLabel('到期日截至').fill('2026-03-10');
  await page.getByLabel('扣款日期').fill('2026-03-12');
  await button(page, '编制批次').click();
  const pane = page.getByTestId('debit-pane');
  await shows(pane, '1 笔，¥249.48', 'what is in it');
  await shows(pane, '此前失败 1 次', 'how often it failed');
  await pane.getByLabel('原因').fill('住户自己来交');
  await button(page, '取消批次').click();
  await shows(pane, '已取消', 'the state');
}

async function seller(finance) {
  await finance.goto('/console/invoices');
  await finance.getByText('没有待导出的开票申请').waitFor();
  await seen(finance, 'no invoices');
  await finance.getByRole('link', { name: '开票设置' }).click();
  const form = finance.getByRole('form', { name: '开票设置' });
  await form.getByLabel('名称', { exact: true }).fill('安居物业');
  await form.getByLabel('税号').fill('91330199MA0000001X');
  await form.getByLabel('税收分类编码').fill('3040801010000000000');
  expect(/invoice-settings.*422|422.*invoice-settings/);
  await button(finance, '保存').click();
  await form.locator('.field-error').first().waitFor();
  await form.getByLabel('税号').fill('91330199MA0000001W');
  await button(finance, '保存').click();
  await told(finance, '开票设置已保存');
  await seen(finance, 'invoice settings');
}

async function applies(page) {
  await page.goto('/console/invoices');
  const find = page.getByRole('form', { name: '申请开票' });
  await find.getByLabel('房屋').fill('9-9-9999');
  expect(/rooms\/resolve.*422|422.*rooms\/resolve/);
  await button(page, '申请开票').click();
  await page.getByText('没有“9栋9单元9999”这套房').first().waitFor();
  await find.getByLabel('房屋').fill('3-2-1502');
  await button(page, '申请开票').click();
  await page.getByTestId('invoice-source').getByRole('checkbox').check();
  await button(page, '新抬头').click();
  const title = page.getByRole('form', { name: '新抬头' });
  await title.getByLabel('名称').fill('虚构设计有限公司');
  await title.getByLabel('税号').fill('91330199MA00000020');
  await button(page, '保存抬头').click();
  await told(page, '抬头已保存');
  await seen(page, 'applying for an invoice');
  await button(page, '申请开票').dblclick();
  await shows(page.getByTestId('invoice').first(), '304.14', 'the amount');
  same(await page.getByTestId('invoice').count(), 1, 'invoices');
}

async function issued(finance, community) {
  await finance.goto('/console/invoices');
  await finance.getByTestId('invoice').first().waitFor();
  await button(finance, '导出一批').dblclick();
  await finance.getByTestId('invoice-batch').waitFor();
  same(await finance.getByTestId('invoice-batch').count(), 1, 'batches');
  const { items } = await api(finance, `/invoices?community=${community}&state=exported`);
  const row = `申请单号,状态,发票号码,开票日期,失败原因\n${items[0].number},已开具,26330000000000001502,2026-03-10,\n`;
  await finance.getByLabel('结果文件').setInputFiles(csv('结果.csv', row));
  await button(finance, '读取并预览').click();
  await finance.getByText('新开具 1 张，失败 0 张，已知 0 张').waitFor();
  await seen(finance, 'an answer of the platform');
  await button(finance, '确认导入').click();
  await told(finance, '已导入：开具 1 张，失败 0 张');
}

async function red(finance) {
  await finance.goto('/console/invoices?state=issued');
  await finance.getByTestId('invoice').getByRole('button').click();
  await finance.getByRole('radio', { name: '部分' }).check();
  const line = finance.getByLabel(/可红冲/);
  await line.fill('304.15');
  await finance.getByLabel('说明').fill('面积更正');
  expect(/invoices.*422|422.*invoices/);
  await button(finance, '申请红冲').click();
  await finance.locator('.field-error').first().waitFor();
  await seen(finance, 'a red letter above what is left');
  await line.fill('4.14');
  await button(finance, '申请红冲').click();
  await told(finance, '已申请红字发票');
  await finance.goto('/console/invoices?state=applied');
  await shows(finance.getByTestId('invoice'), '-4.14', 'the red one');
  await seen(finance, 'a red letter');
}

async function english(browser, page) {
  const other = await person(browser, 'the cashier, in English', { scheme: 'dark', lang: 'en' });
  await other.context().addCookies(await page.context().cookies());
  await other.goto('/console/debits');
  await other.getByTestId('debit-batch').first().waitFor();
  await seen(other, 'debits in English');
  await other.goto('/console/debit-mandates');
  await other.getByTestId('mandate').first().waitFor();
  await seen(other, 'mandates in English');
  await other.goto('/console/invoices?state=all');
  await other.getByTestId('invoice').first().waitFor();
  await seen(other, 'invoices in English');
  await other.close();
}
