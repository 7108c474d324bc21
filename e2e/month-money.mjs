// The month of fees after its bills are booked: her phone, and money that goes back (FAC-02, PAY-01, PAY-06).
import { base, expect, person, same, send, shows, phone as small, told } from './lib.mjs';
import { button, seen } from './money.mjs';

/** Finance lets the community be paid by Alipay. */
export async function takesAlipay(finance, community) {
  await send(
    finance,
    'PUT',
    `/pay-channels/${community}`,
    { ...JSON.parse(process.env.ALIPAY), channel: 'alipay', on: true, site: base },
    { 'If-Match': '"0"' },
  );
}

export async function pays(her) {
  await her.goto('/r/bills');
  await button(her, '去付款 ¥372.33').click();
  await her.getByRole('heading', { name: '收银台' }).waitFor();
  await her.getByText('¥372.33').waitFor();
  await button(her, '确认付款').click();
  await shows(her.getByTestId('ended'), '已付款', 'what became of it');
  same(new URL(her.url()).origin, base, 'she is back');
  await seen(her, 'paid');
}

export async function receipt(her) {
  await button(her, '查看收据').click();
  const paper = her.getByTestId('receipt');
  await shows(paper, '李静', 'the payer');
  await shows(paper, '叁佰柒拾贰元叁角叁分', 'the amount in words');
  await shows(paper, 'SJ0000001', 'the number');
  await her.getByText('公摊电费 2026 年 3 月').first().waitFor();
  await seen(her, 'the receipt');
}

export async function asks(her) {
  await her.goto('/r/bills');
  await button(her, '退款').click();
  await her.getByRole('heading', { name: '可申请退款' }).waitFor();
  await seen(her, 'what can go back');
  await button(her, '申请退款').click();
  await her.getByLabel('退款金额（元）').fill('600');
  await her.getByLabel('退款原因').fill('多交了');
  expect(/refunds.*422|422.*refunds/);
  await button(her, '提交申请').click();
  await her.getByText('超过可退金额，最多可退 372.33 元').first().waitFor();
  await her.getByLabel('退款金额（元）').fill('372.33');
  await seen(her, 'asking');
  await button(her, '提交申请').click();
  const mine = her.getByTestId('refund');
  await shows(mine, '待核对', 'where it stands');
  await shows(mine, '最迟 2026-03-19 办结', 'when it is due');
  await seen(her, 'asked');
}

export async function checked(desk) {
  await desk.goto('/console/');
  await desk.getByRole('link', { name: '收银' }).click();
  await desk.getByRole('link', { name: '退款', exact: true }).click();
  await desk.getByTestId('refund').getByRole('button').click();
  await desk.getByText('业主在手机上申请').waitFor();
  await desk.getByLabel('核对情况').fill('重复交费，收据 SJ0000002 相符');
  await seen(desk, 'checking');
  await button(desk, '送审批').click();
  await desk.getByText('已送审批，由申请人和核对人以外的人决定').waitFor();
}

export async function paidOut(desk) {
  await button(desk, '退款 372.33 元').waitFor();
  await seen(desk, 'to be paid out');
  await button(desk, '退款 372.33 元').dblclick();
  await told(desk, '已退款，退款单 TK0000001');
  await desk.getByRole('link', { name: '打印退款单' }).click();
  await desk.getByRole('article', { name: '退款单' }).getByText('大写：叁佰柒拾贰元叁角叁分').waitFor();
  await seen(desk, 'the slip');
}

export async function follows(browser, her) {
  await her.reload();
  await shows(her.getByTestId('refund'), '已退款', 'where it stands');
  await shows(her.getByTestId('refund'), '2026-03-10 已退 现金', 'how it went');
  await seen(her, 'paid');
  const dark = await person(browser, 'the resident, in English', {
    viewport: small,
    touch: true,
    lang: 'en',
    scheme: 'dark',
  });
  await dark.context().addCookies(await her.context().cookies());
  await dark.goto('/r/refunds');
  await dark.getByText('How far it has come').or(dark.getByTestId('refund')).first().waitFor();
  await seen(dark, 'paid, in English');
  await dark.close();
}
