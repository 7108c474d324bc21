// The month of fees until its bills are booked (BIL-01 to BIL-07).
import { api, expect, reach, same, send, told, until } from './lib.mjs';
import { approve, button } from './money.mjs';

export async function addItem(page) {
  await page.goto('/console/charges');
  await page.getByText('还没有收费项目').waitFor();
  await button(page, '新增收费项目').click();
  await button(page, '保存').click();
  await page.getByText('请填写这一项').first().waitFor();
  await page.getByLabel('编码').fill('WY');
  await page.getByLabel(/^应交日/).fill('15');
  await page.getByLabel('名称', { exact: true }).fill('物业费');
  await reach(page.getByRole('combobox', { name: '定价方式' }), '政府指导价');
  await page.getByLabel('违约金日率').fill('0.0005');
  await page.getByLabel('指导价上限').fill('2.80');
  await page.getByLabel('指导价文件').fill('价格〔2024〕7号');
  await button(page, '保存').click();
  await told(page, '收费项目已保存');
}

export async function ask(page) {
  await button(page, '提交新标准').click();
  await page.getByLabel('执行日期').fill('2025-01-01');
  await page.getByLabel('单价（元）').fill('2.90');
  await button(page, '提交审批').click();
  await page.getByText('请填写这一项').first().waitFor();
  expect(/tariffs.*422|422.*tariffs/);
  await page.getByLabel('价格依据').fill('备案2025-1');
  await page.getByLabel('标准说明').fill('按建筑面积，每平方米每月 2.80 元。');
  await button(page, '提交审批').click();
  await page.getByText('价格高于政府指导价上限 2.80（依据：价格〔2024〕7号）').waitFor();
  await page.getByLabel('单价（元）').fill('2.80');
  await button(page, '提交审批').click();
  await told(page, '已提交，由另一人审批后执行');
  await page.getByText('待审批').first().waitFor();
}

export async function read(page, community, room) {
  const water = await send(page, 'POST', '/charges', {
    community,
    code: 'SF',
    name: '水费',
    basis: 'meter',
    meterKind: 'water',
    starts: 'always',
    period: 'month',
    dueDay: 20,
    firstMonth: 'by_day',
    lastMonth: 'by_day',
    roundUnit: 'fen',
    roundMode: 'half_up',
    taxRate: '0.03',
    latePerDay: '0',
    lateGrace: 0,
    lateFrom: 'due',
    lateCap: '100',
    priceKind: 'market',
  });
  await send(page, 'POST', `/charges/${water.id}/tariffs`, {
    from: '2025-01-01',
    tiers: [{ upTo: '10', price: '3.45' }, { price: '4.83' }],
    document: '云发改价〔2022〕3号',
    explanation: '每月 10 立方米以内 3.45 元。',
  });
  await send(page, 'POST', '/meters', {
    community,
    kind: 'water',
    number: 'S001',
    roomId: room.id,
    first: { meterId: '', on: '2026-03-01', value: '100' },
  });
  await page.goto('/console/meters');
  expect(/meter-readings.*422|422.*meter-readings/);
  const typed = page.getByLabel(/S001 本次读数/);
  await typed.fill('99');
  await button(page, '保存 1 个读数').click();
  await page.getByText('读数小于上次读数 100').waitFor();
  await typed.fill('112.5');
  await button(page, '保存 1 个读数').click();
  await told(page, '已保存 1 个读数');
}

export async function cost(page, community) {
  await send(page, 'POST', '/charges', {
    community,
    code: 'GT',
    name: '公摊电费',
    basis: 'share',
    shareBy: 'area',
    starts: 'always',
    period: 'month',
    dueDay: 20,
    firstMonth: 'by_day',
    lastMonth: 'by_day',
    roundUnit: 'fen',
    roundMode: 'half_up',
    taxRate: '0',
    latePerDay: '0',
    lateGrace: 0,
    lateFrom: 'due',
    lateCap: '100',
    priceKind: 'market',
  });
  await page.goto('/console/public-costs');
  await page.getByLabel('费用名称').fill('楼道照明');
  await page.getByLabel('金额（元）').fill('100.00');
  await button(page, '登记').click();
  await told(page, '公摊费用已登记');
  await page.getByRole('cell', { name: '100.00' }).waitFor();
}

export async function calculate(page, room) {
  await page.goto('/console/bill-runs');
  await page.getByText('还没有出账').waitFor();
  await button(page, '试算').click();
  await page.getByText('待提交').waitFor();
  await page.waitForURL(/\/bill-runs\/\w/);
  const id = page.url().split('/').pop().split('?')[0];
  const run = await api(page, `/bill-runs/${id}`);
  // The water's tariff was not approved yet: it is an error, not nothing.
  await page.getByText('没有收费标准').first().waitFor();
  same(run.summary.items.find(i => i.name === '公摊电费').amount, '100.00', 'Σ of the shares');
  same((await api(page, `/rooms/${room.id}/bills`)).items.length, 0, 'lines of a dry run');
  await page.goto('/console/bill-runs');
  return id;
}

export async function book(page, finance, id) {
  await approve(finance); // the tariff of the water
  await page.goto(`/console/bill-runs/${id}`);
  await button(page, '重新试算').click();
  await until('it was calculated anew', async () => {
    const run = await api(page, `/bill-runs/${id}`);
    return run.state === 'calculated' && run.summary.items.some(i => i.name === '水费' && i.lines > 0);
  });
  await page.reload();
  await page.getByLabel('说明').fill('3 月出账');
  const despite = page.getByRole('checkbox');
  if (await despite.count()) await despite.check();
  await button(page, '提交审批').click();
  await page.getByText('等待另一人').waitFor();
  await approve(finance);
  await page.getByText('已出账', { exact: true }).waitFor();
}

export async function explained(page, room) {
  await page.goto(`/console/households/${room.id}`);
  await page.getByTestId('slot-bills').getByRole('link', { name: '2026-03' }).click();
  await button(page, '水费').click();
  const said = page.getByTestId('explained');
  await said.getByText('表 S001：2026-03-01 读数 100，2026-03-10 读数 112.5，用量 12.5。').waitFor();
  await said.getByText('阶梯：10 × 3.45 + 2.5 × 4.83 = 46.575 元。').waitFor();
  await page.getByRole('cell', { name: '46.58' }).waitFor();
  await button(page, '物业费').click();
  await said.getByText(/^单价 2.8 元\/㎡·月 × 面积 .* ㎡。$/).waitFor();
  await said.getByText('备案2025-1').waitFor();
}

export async function again(page, community) {
  const run = await send(page, 'POST', '/bill-runs', { community, period: '2026-03' });
  const done = await until('it was calculated', async () => {
    const now = await api(page, `/bill-runs/${run.id}`);
    return now.state === 'calculated' && now;
  });
  same(done.total, 0, 'new lines');
  await page.goto(`/console/bill-runs/${run.id}`);
  await button(page, '放弃').click();
  await page.getByText('已放弃').waitFor();
}

/** A home lets a space at 80.00 a month. */
export async function space(page, finance, community, room) {
  const item = await send(page, 'POST', '/charges', {
    community,
    code: 'CW',
    name: '车位管理费',
    basis: 'space',
    starts: 'always',
    period: 'month',
    dueDay: 20,
    firstMonth: 'by_day',
    lastMonth: 'by_day',
    roundUnit: 'fen',
    roundMode: 'half_up',
    taxRate: '0.06',
    latePerDay: '0',
    lateGrace: 0,
    lateFrom: 'due',
    lateCap: '100',
    priceKind: 'market',
  });
  await send(page, 'POST', `/charges/${item.id}/tariffs`, {
    from: '2025-01-01',
    price: '80',
    document: '备案2025-2',
    explanation: '每个车位每月 80 元。',
  });
  const made = await send(page, 'POST', '/parking/spaces', {
    community,
    number: 'A-001',
    area: '地下一层',
    kind: 'rented',
    place: 'standard',
    room: '3-2-1402',
  });
  const { people } = await api(page, `/households/${room.id}`);
  await send(
    page,
    'PUT',
    `/parking/spaces/${made.id}/holder`,
    { customerId: people[0].customerId, state: 'let', from: '2026-01-01', to: '2026-12-31' },
    { 'If-Match': `"${made.version}"` },
  );
  await approve(finance); // its tariff, or that of the water: whichever was asked first
}

/** Lines of each home, in fen, beside the table at the head of the story. */
export async function billedEach(page, rooms) {
  const want = {
    '3-2-1502': ['21.61', '304.14', '46.58'],
    '3-2-1501': ['17.72', '249.48'],
    '3-2-1402': ['21.61', '304.14', '80.00'],
    '3-1-302': ['23.88', '336.14'],
    '5-1-101': ['15.18', '213.64'],
  };
  for (const [label, lines] of Object.entries(want)) {
    const { items } = await api(page, `/rooms/${rooms[label].id}/bills`);
    same(items.map(l => l.amount).sort(), lines, label);
  }
}
