// Smart meters and pictures of registers, the contract's order of allocation, a tenant who pays, and a claim that is set
// off (BIL-01, BIL-04, PAY-01).
import { resident } from './house.mjs';
import { api, base, same, send, shows, told, until } from './lib.mjs';
import { approve, button, find, seen } from './money.mjs';

/** A gateway brings a reading by its token; another is typed, with a picture of the register. */
export async function meters(page, community, room) {
  for (const number of ['ZN01', 'S02'])
    await send(page, 'POST', '/meters', {
      community,
      kind: 'water',
      number,
      roomId: room.id,
      first: { meterId: '', on: '2026-03-01', value: '100' },
    });
  await page.goto('/console/meter-gateways');
  await page.getByLabel('网关', { exact: true }).fill('1 号楼集中器');
  await button(page, '新建网关').click();
  const token = await page.getByTestId('token').locator('code').textContent();
  const sent = await page.request.post(`${base}/api/v1/gateway-readings`, {
    headers: { Authorization: `Bearer ${token}` },
    data: {
      readings: [
        { number: 'ZN01', at: '2026-03-10T08:00:00+08:00', value: '104.5' },
        { number: 'ZN99', at: '2026-03-10T08:00:00+08:00', value: '1' },
      ],
    },
  });
  same((await sent.json()).entered, 1, 'readings that were taken');
  await page.reload();
  await page.getByTestId('gateway').getByText('启用中').waitFor();
  await button(page, '“1 号楼集中器”最近拒收的读数').click();
  await page.getByText('没有表号“ZN99”的表').waitFor();
  await seen(page, 'gateways');
  await page.goto('/console/meters');
  await page.getByLabel(/S02 本次读数/).fill('103');
  await page.getByLabel(/S02 抄表照片/).setInputFiles(process.env.PHOTO);
  await button(page, '保存 1 个读数').click();
  await told(page, '已保存 1 个读数');
  await button(page, 'S02').click();
  await page.getByAltText('2026-03-10 抄表照片 1').waitFor();
  await seen(page, 'readings');
}

/** The contract has principal before late fees; the desk says so. */
export async function order(finance, page) {
  await finance.goto('/console/cashier/books');
  await finance.getByRole('radio', { name: '后于本金' }).check();
  const form = finance.getByRole('form', { name: '付款分配顺序' });
  await form.getByLabel('合同依据').fill('物业服务合同第十二条');
  await form.getByRole('button', { name: '保存' }).click();
  await told(finance, '分配顺序已保存，以后的付款按此分配。');
  await seen(finance, 'order');
  await find(page, '3-2-1501');
  await page.getByRole('radio', { name: '收一部分' }).check();
  await shows(page.getByTestId('pay-order'), '先本金、后违约金', 'the order at the desk');
  await seen(page, 'order-desk');
}

/** The room is let and the fee billed to the tenant: the owner sees it on her phone, and the tenant pays it at the desk. */
export async function tenant(browser, page, community, room, billed) {
  await send(page, 'POST', '/customers', {
    community,
    kind: 'person',
    name: '冯小满',
    roomId: room.id,
    relation: 'tenant',
    from: '2026-01-01',
  });
  await billed();
  const her = await resident(browser, page, room);
  await her.getByRole('link', { name: '账单' }).click();
  const joint = her.getByTestId('joint');
  await shows(joint, '由租户支付，您负连带责任', 'what she is liable for');
  same(await joint.getByText('冯').count(), 0, 'names of the tenant');
  await her.getByTestId('joint-total').getByText('¥88.00').waitFor();
  await seen(her, 'joint');
  await find(page, '3-2-1502');
  await page.getByRole('cell', { name: '冯小满（租户）' }).waitFor();
  same(await page.getByLabel('交款人').inputValue(), '冯小满', 'who pays');
  await page.getByRole('radio', { name: '微信' }).check();
  await page.getByLabel('微信支付单号').fill('4200002026031000088');
  await seen(page, 'tenant');
  await page.getByRole('button', { name: /^收款 ¥/ }).click();
  await page.getByText(/收据号 SJ/).waitFor();
  await her.reload();
  await her.getByText('没有待缴的账单').waitFor();
  await her.close();
}

/** A claim of the owner is set against what he owes, after somebody else's yes. */
export async function offset(finance, page, room) {
  await find(page, '3-2-1501');
  const before = Number((await api(page, `/rooms/${room.id}/due`)).total);
  await page.getByRole('tab', { name: '抵账' }).click();
  await page.getByRole('radio', { name: '公司应付赔偿' }).check();
  await page.getByLabel('抵账金额（元）').fill('100.00');
  await page.getByLabel('依据', { exact: true }).fill('漏水赔偿协议 2026-07');
  await page.getByLabel('事由', { exact: true }).fill('管道漏水，双方已签协议');
  await button(page, '抵账').click();
  await told(page, '超过本人限额，已提交审批，批准前不入账。');
  await approve(finance, () => seen(finance, 'offset-approval'));
  await until('it is booked', async () =>
    (await api(page, `/offsets?community=${room.community}&state=booked`)).items.some(
      o => o.amount === '100.00',
    ),
  );
  same(
    (before - Number((await api(page, `/rooms/${room.id}/due`)).total)).toFixed(2),
    '100.00',
    'what is due less',
  );
  await page.goto('/console/offsets');
  await page.getByTestId('offset-row').getByText('已抵账').waitFor();
  await seen(page, 'offsets');
}
