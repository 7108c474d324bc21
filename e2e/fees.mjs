// A month is billed: an item with its tariff, a meter, a shared cost; calculated, approved by somebody else, booked
// once however often it is run, explained line by line, and taken back as a whole (BIL-01…BIL-07).

import { carried, corrected, printed, reduced } from './delivery.mjs';
import { agent, importSheet, setUp, signIn } from './house.mjs';
import { api, expect, person, same, send, step, story, told, until } from './lib.mjs';

const button = (page, name) => page.getByRole('button', { name });

await story('the month of fees', async browser => {
  const page = await person(browser, 'administrator');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  const community = communities[0].id;
  await importSheet(page, community);
  const { room } = await api(page, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const boss = await send(page, 'POST', '/staff', {
    community,
    agentNo: 'W09',
    name: agent.name,
    username: agent.username,
    position: '财务',
    roles: ['finance'],
  });
  const finance = await person(browser, 'finance');
  await signIn(finance, agent, boss.oneTimePassword);

  await step('a charge item is added', () => addItem(page));
  await step('its tariff needs a document, stays under the cap and waits for somebody else', () => ask(page));
  await step('finance approves the tariff', () => approve(finance));
  await step('a meter is read: backwards is refused', () => read(page, community, room));
  await step('a public cost is entered', () => cost(page, community));
  const run = await step('a dry run owes nothing', () => calculate(page, room));
  await step('finance approves the run, and it is booked', () => book(page, finance, run));
  await step('the household sees every line explained', () => explained(page, room));
  await step('the notices go out: nobody is reached, all is printed', () => printed(page, run));
  await step('a technician carries them, without a network too', () => carried(page, browser, community));
  await step('a wrong price is put right: old and new bill stand beside each other', () =>
    corrected(page, () => approve(finance), room),
  );
  await step('an empty home is reduced after it was looked at', () =>
    reduced(page, () => approve(finance), community, room),
  );
  await step('the same month again adds nothing', () => again(page, community));
  await step('the run is taken back as a whole', () => cancel(page, finance, run, room));
});

async function addItem(page) {
  await page.goto('/console/charges');
  await page.getByText('还没有收费项目').waitFor();
  await button(page, '新增收费项目').click();
  await button(page, '保存').click();
  await page.getByText('请填写这一项').first().waitFor();
  await page.getByLabel('编码').fill('WY');
  await page.getByLabel('名称', { exact: true }).fill('物业费');
  await page.getByLabel('定价方式').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.getByLabel('指导价上限').fill('2.80');
  await page.getByLabel('指导价文件').fill('价格〔2024〕7号');
  await button(page, '保存').click();
  await told(page, '收费项目已保存');
}

async function ask(page) {
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

async function approve(finance) {
  await finance.goto('/console/approvals');
  await finance.getByTestId('approval-row').first().click();
  await button(finance, '同意').and(finance.locator('[type=submit]')).click();
  await finance.getByText('已同意').first().waitFor();
}

async function read(page, community, room) {
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
    first: { meterId: '', on: '2026-02-28', value: '100' },
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

async function cost(page, community) {
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

async function calculate(page, room) {
  await page.goto('/console/bill-runs');
  await page.getByText('还没有出账').waitFor();
  await button(page, '试算').click();
  await page.getByText('待提交').waitFor();
  const id = page.url().split('/').pop().split('?')[0];
  const run = await api(page, `/bill-runs/${id}`);
  // The water's tariff was not approved yet: it is an error, not nothing.
  await page.getByText('没有收费标准').first().waitFor();
  same(run.summary.items.find(i => i.name === '公摊电费').amount, '100.00', 'Σ of the shares');
  same((await api(page, `/rooms/${room.id}/bills`)).items.length, 0, 'lines of a dry run');
  await page.goto('/console/bill-runs');
  return id;
}

async function book(page, finance, id) {
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

async function explained(page, room) {
  await page.goto(`/console/households/${room.id}`);
  await page.getByTestId('slot-bills').getByRole('link', { name: '2026-03' }).click();
  await button(page, '水费').click();
  const said = page.getByTestId('explained');
  await said.getByText('表 S001：2026-02-28 读数 100，2026-03-10 读数 112.5，用量 12.5。').waitFor();
  await said.getByText('阶梯：10 × 3.45 + 2.5 × 4.83 = 46.575 元。').waitFor();
  await page.getByRole('cell', { name: '46.58' }).waitFor();
  await button(page, '物业费').click();
  await said.getByText(/^单价 2.8 元\/㎡·月 × 面积 .* ㎡。$/).waitFor();
  await said.getByText('备案2025-1').waitFor();
}

async function again(page, community) {
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

async function cancel(page, finance, id, room) {
  await page.goto(`/console/bill-runs/${id}`);
  await page.getByLabel('说明').fill('面积有误');
  await button(page, '申请冲销').click();
  await page.getByText('冲销待审批').waitFor();
  await approve(finance);
  await page.getByText('已冲销', { exact: true }).waitFor();
  await page.goto(`/console/bills/${room.id}`);
  await page.getByText('已冲销').first().waitFor();
}
