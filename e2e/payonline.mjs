// A resident reads her bill, has it explained, and pays by WeChat with a code; finance sees the order, and what fits no
// order (FAC-02, PAY-01, PAY-03). Alipay and the receipt are in monthoffees.mjs.

import { billed, financeOf, importSheet, resident, setUp } from './house.mjs';
import {
  api,
  axe,
  base,
  expect,
  person,
  same,
  shoot,
  shows,
  phone as small,
  step,
  story,
  told,
} from './lib.mjs';

expect(/\/api\/v1\/resident\/me\b.*\b401\b/);

const button = (page, name) => page.getByRole('button', { name });
const [alipay, wechat] = [JSON.parse(process.env.ALIPAY), JSON.parse(process.env.WECHAT)];

await story('paying online', async browser => {
  const desk = await person(browser, 'the administrator');
  await desk.goto('/console/');
  const { communities } = await setUp(desk);
  const community = communities[0].id;
  await importSheet(desk, community);
  const { room } = await api(desk, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const finance = await financeOf(browser, desk, community);
  const her = await resident(browser, desk, room);

  await step('nothing is due yet', () => nothing(her));
  await step('two months are billed', () =>
    billed(desk, finance, community, { price: '2.50', months: ['2026-02', '2026-03'] }),
  );
  await step('where nobody can be paid online, she is told where to pay', () => where(her));
  await step('finance sets the merchants up; a wrong key is told at its field', () => merchants(finance));
  await step('she sees what is due, and how a line came about', () => reads(her));
  await step('the code on a printed bill leads to that bill', () => fromPaper(her, room));
  await step('the same reads in English, in the dark', () => abroad(browser, her));
  await step('it is paid by WeChat with a code; the callback is lost, and it is asked for', () =>
    scans(browser, her),
  );
  await step('the year adds up', () => year(her));
  await step('finance sees the order, and the household nothing due', () => seen(finance, desk, room));
  await step('a payment that fits nothing lies in the inbox and in its list', () =>
    strange(finance, community),
  );
});

async function nothing(her) {
  await her.getByRole('link', { name: '账单' }).click();
  await her.getByText('没有待缴的账单').waitFor();
  await axe(her, 'no bills');
}

async function where(her) {
  await her.reload();
  await shows(her.getByTestId('where'), '本小区还没有开通线上缴费', 'where to pay');
  await shoot(her, 'no way to pay online');
}

async function merchants(finance) {
  await finance.goto('/console/settings/payments');
  const form = finance.getByRole('region', { name: '支付宝' });
  await form.getByLabel('应用 ID').fill(alipay.appId);
  await form.getByLabel('商户 PID').fill(alipay.merchant);
  await form.getByLabel('商户私钥').fill('不是密钥');
  await form.getByLabel('支付宝公钥').fill(alipay.publicKey);
  await form.getByRole('switch').check();
  expect(/pay-channels.*422|422.*pay-channels/);
  await form.getByRole('button', { name: '保存' }).click();
  await form.getByText('读不出私钥').waitFor();
  await form.getByLabel('商户私钥').fill(alipay.privateKey);
  await form.getByRole('button', { name: '保存' }).click();
  await told(finance, '收款设置已保存');
  await form.getByRole('button', { name: '测试连接' }).click();
  await form.getByText('双方签名都对').waitFor();
  const other = finance.getByRole('region', { name: '微信支付' });
  await other.getByLabel('应用 ID').fill(wechat.appId);
  await other.getByLabel('商户号', { exact: true }).fill(wechat.merchant);
  await other.getByLabel('商户证书序列号').fill(wechat.serial);
  await other.getByLabel('微信支付公钥 ID').fill(wechat.platformId);
  await other.getByLabel('商户私钥').fill(wechat.privateKey);
  await other.getByLabel('APIv3 密钥').fill(wechat.v3Key);
  await other.getByLabel('微信支付公钥或平台证书').fill(wechat.publicKey);
  await other.getByRole('switch').check();
  await other.getByRole('button', { name: '保存' }).click();
  await told(finance, '收款设置已保存');
  await axe(finance, 'the merchants');
  await shoot(finance, 'the merchants');
}

async function reads(her) {
  await her.reload();
  // 108.62 m² at 2.50; February was due on the 15th and bears 22 days of 0.5 ‰ through 9 March: 2.99.
  await shows(her.getByTestId('total'), '546.09', 'the total');
  await her.getByText('含违约金 ¥2.99').waitFor();
  const first = her.getByTestId('bill').first();
  await first.getByText('这笔怎么算的').click();
  await first.getByText('单价 2.5 元/㎡·月 × 面积 108.62 ㎡。').waitFor();
  await first.getByText('备案2025-1').waitFor();
  await axe(her, 'the bills');
  await shoot(her, 'the bills');
}

async function fromPaper(her, room) {
  const { due } = await api(her, `/resident/bills?room=${room.id}`);
  await her.goto(`/r/bills/${room.id}/${due[1].runId}`);
  await her.getByRole('heading', { name: '这张账单' }).waitFor();
  await button(her, `去付款 ¥${due[1].open}`).waitFor();
  same(await her.getByTestId('bill').getByRole('checkbox', { checked: true }).count(), 1, 'chosen bills');
  await axe(her, 'one bill');
  await shoot(her, 'one bill');
  await her.goto(`/r/bills/${room.id}/${room.id}`);
  await her.getByText('这张账单已缴清').waitFor();
  await button(her, '显示全部待缴').click();
  await button(her, '去付款 ¥546.09').waitFor();
  await her.goto('/r/bills/0000000000001');
  await her.getByText('这张账单的房屋还没有绑定').waitFor();
  await shoot(her, 'a bill of a home that is not hers');
}

/** The same bills in English, in the dark. */
async function abroad(browser, phone) {
  const page = await person(browser, 'the resident, in English', {
    viewport: small,
    touch: true,
    lang: 'en',
    scheme: 'dark',
  });
  await page.context().addCookies(await phone.context().cookies());
  for (const [name, path] of [
    ['the bills in English', '/r/bills'],
    ['the year in English', '/r/statement'],
  ]) {
    await page.goto(path);
    await page.getByText('546.09').or(page.getByText('543.10')).first().waitFor();
    await axe(page, name);
    await shoot(page, name);
  }
  await page.close();
}

async function scans(browser, phone) {
  await phone.goto('/r/bills');
  // The same person at a computer.
  const her = await person(browser, 'the resident at a computer');
  await her.context().addCookies(await phone.context().cookies());
  await her.goto('/r/bills');
  await her.getByRole('radio', { name: '微信支付' }).check();
  await button(her, '去付款 ¥546.09').click();
  await her.getByRole('img', { name: /微信支付二维码/ }).waitFor();
  await axe(her, 'the code');
  await shoot(her, 'the code');
  const order = await api(her, `/resident/orders/${her.url().split('/').pop()}`);
  await her.request.post(`${process.env.WECHAT_PAYS}?number=${order.number}`); // her own phone does that
  await button(her, '我已付款').click();
  await shows(her.getByTestId('ended'), '已付款', 'what became of it');
}

async function year(her) {
  await her.goto('/r/statement');
  await her.getByText('本年账单').waitFor();
  await shows(her.getByRole('main'), '546.09', 'what was paid');
  await shows(her.getByRole('main'), '已缴清', 'the lines');
  await axe(her, 'the year');
  await shoot(her, 'the year');
}

async function seen(finance, desk, room) {
  await finance.goto('/console/online-payments');
  const table = finance.getByTestId('orders');
  await shows(table, '546.09', 'the order');
  await shows(table, 'SJ0000001', 'its receipt');
  await axe(finance, 'the orders');
  await shoot(finance, 'the orders');
  const due = await api(desk, `/rooms/${room.id}/due`);
  same((due.lines ?? due.items ?? []).length, 0, 'lines that are due at the desk');
}

async function strange(finance, community) {
  const { items } = await api(finance, `/pay-channels?community=${community}`);
  const { id } = items.find(c => c.channel === 'alipay');
  const to = encodeURIComponent(`${base}/api/v1/online-pay/alipay/${id}`);
  await finance.request.post(`${process.env.ALIPAY_STRAY}?to=${to}`);
  await finance.goto('/console/approvals');
  await finance.getByTestId('approval-row').filter({ hasText: '异常到账' }).waitFor();
  await finance.goto('/console/online-payments?view=strange');
  const one = finance.getByTestId('strange');
  await shows(one, '查无此订单', 'why it is strange');
  await axe(finance, 'a strange payment');
  await shoot(finance, 'a strange payment');
  await one.getByLabel('怎么处理的').fill('已在商户平台原路退回');
  await one.getByRole('button', { name: '处理完毕' }).click();
  await shows(one, '已处理', 'what became of it');
}
