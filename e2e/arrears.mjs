// A bill becomes overdue: the ladder asks for a call, the late fee shows, a dispute stops everything, a promise is broken,
// and the household pays (ARR-01…ARR-05). The waiver and the report are in monthoffees.mjs.

import { admin, agent, billed, financeOf, importSheet, setUp, signIn } from './house.mjs';
import {
  api,
  at,
  axe,
  counts,
  expect,
  person,
  phone,
  same,
  send,
  shoot,
  shows,
  step,
  story,
  told,
} from './lib.mjs';

const button = (page, name) => page.getByRole('button', { name });
const zone = '+08:00';
expect(/\b401\b/); // weeks pass, and sessions end

await story('a bill is not paid', async browser => {
  const page = await person(browser, 'administrator');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  const community = communities[0].id;
  await importSheet(page, community);
  const { room } = await api(page, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const finance = await financeOf(browser, page, community);

  await step('a month is billed, due on the 15th', () =>
    billed(page, finance, community, { price: '2.80', months: ['2026-03'] }),
  );
  await step('two weeks after the due day the ladder asks for a call', () => called(page, finance, room));
  await step('the late fee is shown by day and by year, and the call noted in two clicks', () =>
    noted(page, room),
  );
  await step('a dispute stops late fee and dunning', () => disputed(page, room));
  await step('a promise keeps the household off the list until its day', () => promised(page, finance, room));
  await step('the household pays, and nothing is left to do', () => paid(page, community, room));
  await step('the statement says what was billed and paid', () => stated(page, room));
  await step('whoever asks sees the charges', () => published(browser, community));
});

async function called(page, finance, room) {
  await at(`2026-03-31T09:30:00${zone}`);
  await signIn(page, admin);
  await signIn(finance, agent);
  await page.goto('/console/arrears');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: room.label }) });
  await shows(row, '打电话', 'the list');
  await axe(page, 'arrears');
  await shoot(page, 'arrears');
  await row.getByRole('link', { name: room.label }).click();
}

async function noted(page, room) {
  const { lines, lateFee } = await api(page, `/rooms/${room.id}/arrears`);
  await page.getByRole('heading', { name: `${room.label} 欠费` }).waitFor();
  await page.getByText('每日 0.5‰（年 18.25%）').waitFor();
  await button(page, '物业费').click();
  await page.getByText('法院可能依《民法典》第 585 条酌减').waitFor();
  same(lines.length, 1, 'open lines');
  await page.getByRole('cell', { name: lateFee, exact: true }).waitFor();
  await axe(page, 'household');
  await shoot(page, 'household');
  await button(page, '已沟通').click();
  await button(page, '登记：已沟通').click();
  await page.getByText('已沟通', { exact: true }).waitFor();
  await page.getByRole('link', { name: '内容' }).click();
  await page.getByRole('heading', { name: '沟通要点' }).waitFor();
  await page.getByText('020-00000000').first().waitFor();
  await axe(page, 'notice');
  await shoot(page, 'notice');
  await page.goBack();
}

async function disputed(page, room) {
  const { lateFee } = await api(page, `/rooms/${room.id}/arrears`);
  await page.goto(`/console/arrears/${room.id}`);
  await button(page, '物业费').click();
  await page.getByLabel('业主的异议').fill('面积多算了两平方米');
  await button(page, '登记争议').click();
  await told(page, '已登记争议');
  await page.getByText('违约金暂停').waitFor();
  await at(`2026-04-10T09:30:00${zone}`);
  await signIn(page, admin);
  same((await api(page, `/rooms/${room.id}/arrears`)).lateFee, lateFee, 'late fee while it is disputed');
  await page.goto(`/console/arrears/${room.id}`);
  const card = page.getByRole('region', { name: '2026-03 物业费 的争议' });
  await card.getByLabel('说明').fill('已寄出测绘报告');
  await card.getByRole('button', { name: '登记' }).click();
  await card.getByText('已寄出测绘报告').waitFor();
  await card.getByRole('combobox').selectOption('uphold');
  await card.getByLabel('说明').fill('面积以产权证为准，业主认可');
  await card.getByRole('button', { name: '登记' }).click();
  await card.getByText('维持原账单').waitFor();
  await shoot(page, 'dispute');
}

async function promised(page, finance, room) {
  await page.getByLabel('付款日期').fill('2026-04-15');
  await button(page, '登记承诺').click();
  await page.getByText('待付').waitFor();
  await at(`2026-04-14T09:30:00${zone}`);
  await signIn(page, admin);
  await page.goto('/console/arrears?view=promised');
  await page.getByRole('link', { name: room.label }).waitFor();
  await page.goto('/console/arrears');
  await counts(page.getByRole('link', { name: room.label }), 0, 'tasks of who promised');
  await at(`2026-04-16T09:30:00${zone}`);
  await signIn(page, admin);
  await signIn(finance, agent);
  await page.goto('/console/arrears?view=broken');
  await page.getByRole('link', { name: room.label }).waitFor();
}

async function paid(page, community, room) {
  const due = await api(page, `/rooms/${room.id}/arrears`);
  await send(page, 'POST', '/cashier-shifts', { community, opening: '100.00' });
  const total = (Number(due.open) + Number(due.lateFee)).toFixed(2);
  await send(page, 'POST', '/payments', {
    roomId: room.id,
    way: 'until',
    until: '2026-04-30',
    expected: total,
    means: 'cash',
    payer: '李女士',
  });
  await page.goto(`/console/arrears/${room.id}`);
  await page.getByText('该户没有未缴账单。').waitFor();
  await page.goto('/console/arrears?view=all');
  await page.getByRole('heading', { name: '欠费催缴' }).waitFor();
  await counts(page.getByRole('link', { name: room.label }), 0, 'debtors who paid');
}

async function stated(page, room) {
  await page.goto(`/console/extracts/room/${room.id}?from=2026-01-01&to=2026-04-30`);
  await page.getByTestId('extract').waitFor();
  const rows = page.getByRole('table', { name: '对账单' }).getByRole('row');
  await shows(rows.last(), '期末', 'the last row');
  await shows(rows.last(), '0.00', 'the closing balance');
  await axe(page, 'statement');
  await shoot(page, 'statement');
  await page.goto('/console/arrears-rules');
  await page.getByRole('heading', { name: '催缴阶梯' }).waitFor();
  await axe(page, 'rules');
  await shoot(page, 'rules');
}

async function published(browser, community) {
  const anybody = await person(browser, 'anybody', {
    viewport: phone,
    scheme: 'dark',
    lang: 'en',
    touch: true,
  });
  await anybody.goto(`/r/charges/${community}`);
  await anybody.getByRole('heading', { name: 'Charges of 桃源里' }).waitFor();
  await anybody.getByText('每月 2.80 元。').waitFor();
  await anybody.getByText('备案2025-1').waitFor();
  await anybody.getByText('12315').waitFor();
  await axe(anybody, 'charges');
  await shoot(anybody, 'charges');
}
