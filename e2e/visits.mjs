// Appointments from the booking to the figures: a window is booked by a resident and full for the next, the desk drags,
// the technician comes too late, and a day is planned as one (TIC-01, TIC-05, TIC-07c, TIC-10).
import { act, agent, hire, importSheet, resident, setUp, signIn, technician } from './house.mjs';
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
  settled,
  shoot,
  shows,
  step,
  story,
  told,
  until,
} from './lib.mjs';

expect(/\/api\/v1\/resident\/me\b.*\b401\b/);
expect(/\/api\/v1\/tickets\b.*\b422\b/);

const button = (page, name) => page.getByRole('button', { name, exact: true });
const today = '2026-03-11';
const dayAfter = '2026-03-12';

await story('appointments', async browser => {
  const desk = await person(browser, 'the desk');
  await desk.goto('/console/');
  const { communities } = await setUp(desk);
  const community = communities[0].id;
  await importSheet(desk, community);
  const may = ['ticket.accept', 'ticket.arrive', 'quote.offer'];
  const made = await hire(desk, community, technician, {
    agentNo: 'W01',
    position: '水工',
    skills: ['water'],
    may,
  });
  const { room } = await api(desk, `/rooms/resolve?community=${community}&label=3-2-1502`);

  await step('a window takes one visit of each person', () => settings(desk, community));
  const her = await resident(browser, desk, room);
  const first = await step('she reports a leak and books the morning', () => books(her));
  const second = await step('another finds it full, is told what is free, and takes the afternoon', () =>
    full(desk, room),
  );
  await step('the desk drags it to the evening', () => drags(desk, technician.name, second));
  await step('she moves hers to the afternoon, and back', () => moves(her, first));

  const hands = await person(browser, 'technician', { viewport: phone, touch: true });
  await hands.goto('/m');
  await signIn(hands, technician, made.oneTimePassword);
  await step('two hours before, he is chosen, and sees the day in the order of its windows', () =>
    morning(hands, desk, first),
  );
  await step('he comes forty minutes too late', () => late(hands, desk, first));
  await step('somebody looks at the work, and she reads what was found', () => looks(desk, her, first));
  await step('the figures say so', () => figures(desk));
  await step('a day is planned as one, and accepted', () => plans(desk, community, room));
});

async function settings(desk, community) {
  await desk.goto('/console/settings/visits');
  const per = desk.getByLabel('每人每时段件数');
  await per.fill('一');
  await button(desk, '保存').click();
  await desk.getByText('填整数').first().waitFor();
  await per.fill('1');
  await axe(desk, 'windows');
  await shoot(desk, 'settings of appointments');
  await button(desk, '保存').click();
  await told(desk, '上门预约设置已保存');
  // The pages are parts of one document: saving another one leaves this as it is.
  await desk.goto('/console/settings/clocks');
  await button(desk, '保存').click();
  await told(desk, '工单时限已保存');
  const set = await api(desk, `/communities/${community}/ticket-settings`);
  same(set.visits.perPerson, 1, 'the windows after the clocks were saved');
}

async function choose(select, words) {
  const option = select.locator('option').filter({ hasText: words });
  await until(`the window ${words}`, async () => (await option.count()) > 0);
  // How many are free stands in its words, and may be another number a moment later.
  await select.selectOption(await option.first().getAttribute('value'));
}

async function books(her) {
  await her.goto('/r/report?kind=repair');
  await her.getByLabel('说说情况').fill('厨房水管漏水');
  await choose(her.getByRole('combobox', { name: '上门时间' }), '3月11日周三 上午');
  await axe(her, 'a window is chosen');
  await shoot(her, 'a window is chosen');
  await her.locator('button[type=submit]').click();
  await shows(her.getByTestId('visit'), '09:00–12:00', 'when somebody comes');
  await shoot(her, 'her appointment');
  return her.url().split('/').pop();
}

async function full(desk, room) {
  await desk.goto(`/console/tickets/new?room=${room.id}`);
  await desk.getByLabel('事项').fill('给水管漏水');
  const select = desk.getByLabel('上门时段');
  await choose(select, '3月11日周三 上午');
  await desk.getByRole('button', { name: /^登记/ }).click();
  await desk.getByText('这个时段约满了，最近还能约：2026-03-11 下午').waitFor();
  await axe(desk, 'a window that is full');
  await shoot(desk, 'a window that is full');
  await choose(select, '3月11日周三 下午');
  await desk.getByRole('button', { name: /^登记/ }).click();
  await until('it is open', async () => new URL(desk.url()).searchParams.get('open'));
  const id = new URL(desk.url()).searchParams.get('open');
  await shows(desk.getByTestId('visit'), '14:00–17:00', 'its window');
  return id;
}

async function drags(desk, name, id) {
  await desk.goto('/console/tickets/calendar');
  const { number } = await api(desk, `/tickets/${id}`);
  const chip = desk.locator(`[data-number="${number}"]`);
  await chip.waitFor();
  await axe(desk, 'the calendar');
  await shoot(desk, 'the calendar');
  const line = desk.getByTestId('visit-line').filter({ hasText: name });
  const evening = line.locator(`[data-testid$="${today} 晚间"]`);
  await chip.dragTo(evening);
  const form = desk.getByRole('form', { name: `安排 ${number}` });
  await form.waitFor();
  await shoot(desk, 'where it was dragged to');
  // Somebody writes on it meanwhile: that is no reason to refuse this.
  const again = desk.waitForResponse(/visit-calendar/);
  await act(desk, id, 'note', { text: '门铃坏了，请敲门' });
  await again;
  await settled(desk);
  await button(form, '保存').click();
  await told(desk, `${number} 已安排`);
  await shows(evening, '漏水', 'the evening');
  const after = await api(desk, `/tickets/${id}`);
  same([after.visitSlot, after.assignee?.name, after.visitMoved], ['晚间', name, 1], 'what is stored');
  await button(desk, '技能').click();
  await desk.getByTestId('visit-line').filter({ hasText: '水' }).first().waitFor();
  await axe(desk, 'the calendar by skill');
  await shoot(desk, 'the calendar by skill');
}

async function moves(her, id) {
  for (const [slot, hours] of [
    ['下午', '14:00–17:00'],
    ['上午', '09:00–12:00'],
  ]) {
    await button(her, '改时间').click();
    await choose(her.getByRole('combobox', { name: '上门时间' }), `3月11日周三 ${slot}`);
    await button(her, '就约这个时间').click();
    await shows(her.getByTestId('visit'), hours, 'her new window');
  }
  await her.getByText('我改了上门时间').first().waitFor();
  same((await api(her, `/resident/tickets/${id}`)).visit.slot, '上午', 'what is stored');
}

async function morning(hands, desk, id) {
  await at('2026-03-11T07:00:00+08:00');
  await until('he is chosen', async () => (await api(desk, `/tickets/${id}`)).status === 'dispatched');
  await hands.reload();
  const list = hands.getByRole('region', { name: '今天的预约' });
  await counts(list.getByTestId('job'), 2, 'visits of today');
  await shows(list.getByTestId('job').first(), '09:00–12:00', 'the first of the day');
  await axe(hands, 'the day on the phone');
  await shoot(hands, 'the day on the phone');
  await list.getByTestId('job').first().click();
  await button(hands, '接单').click();
  await button(hands, '改约').waitFor();
  await until('it is accepted', async () => (await api(desk, `/tickets/${id}`)).status === 'accepted');
}

async function late(hands, desk, id) {
  await at('2026-03-11T12:40:00+08:00');
  same((await api(hands, `/tickets/${id}`)).visitState, 'missed', 'nobody has come');
  await act(hands, id, 'arrive');
  await hands.reload();
  await shows(hands.getByTestId('visit'), '晚到 40 分钟', 'on his phone');
  await shoot(hands, 'too late');
  await desk.goto(`/console/tickets/${id}`);
  await shows(desk.getByTestId('visit'), '晚到 40 分钟', 'at the desk');
  await shows(desk.getByTestId('timeline').first(), '比约定晚 40 分钟', 'the timeline');
  await shows(desk.getByTestId('timeline').first(), '客户 改约上门', 'who moved it');
  await axe(desk, 'too late');
  await shoot(desk, 'too late, at the desk');
}

async function looks(desk, her, id) {
  const section = desk.getByRole('region', { name: '现场查看' });
  await button(section, '安排查看').click();
  const form = desk.getByRole('form', { name: '安排查看' });
  await button(form, '安排查看').click();
  await form.getByText('请选时间').waitFor();
  await form.getByLabel('什么时候去').fill('2026-03-11T14:00');
  await choose(form.getByLabel('谁去'), technician.name);
  await button(form, '安排查看').click();
  await counts(section.getByTestId('look-in'), 1, 'planned');
  await desk.goto('/console/tickets/look-ins');
  const card = desk.getByTestId('look-in');
  await button(card, '登记查看').click();
  const record = card.getByRole('form', { name: '登记查看' });
  await record.getByLabel('照片').setInputFiles(process.env.PHOTO);
  await button(record, '登记查看').click();
  await record.getByText('写一句情况').waitFor();
  await record.getByLabel(/^查看结果/).fill('管子已换好，正在试压');
  await axe(desk, 'a look-in');
  await shoot(desk, 'a look-in');
  await button(record, '登记查看').click();
  await desk.getByText('没有要去查看的现场').waitFor();
  await her.goto(`/r/tickets/${id}`);
  await her.getByText('到现场查看了进度：管子已换好，正在试压').waitFor();
}

async function figures(desk) {
  await desk.goto('/console/tickets/arrivals');
  const line = desk.getByTestId('kept-row').filter({ hasText: technician.name });
  await line.waitFor();
  await shows(line, '0%', 'the share kept');
  await axe(desk, 'arrivals kept');
  await shoot(desk, 'arrivals kept');
}

async function plans(desk, community, room) {
  await hire(desk, community, agent, {
    agentNo: 'W02',
    position: '水工',
    skills: ['water'],
    may: ['ticket.accept', 'ticket.arrive'],
  });
  const open = slot =>
    send(desk, 'POST', '/tickets', {
      community,
      roomId: room.id,
      category: 'facilities.water',
      grade: 'C',
      title: `水表渗水（${slot}）`,
      channel: 'phone',
      visit: { day: dayAfter, slot },
    });
  const ids = [];
  for (const slot of ['上午', '上午', '下午']) ids.push((await open(slot)).id);
  await desk.goto(`/console/tickets/plan?day=${dayAfter}`);
  await counts(desk.getByTestId('plan-line'), 3, 'lines');
  for (const kind of ['plan', 'greedy', 'manual']) await desk.getByTestId(`cost-${kind}`).waitFor();
  const total = async kind => Number(await desk.getByTestId(`cost-${kind}`).locator('td').last().innerText());
  const [plan, greedy, manual] = [await total('plan'), await total('greedy'), await total('manual')];
  if (!(plan <= greedy && plan < manual)) throw new Error(`plan ${plan}, greedy ${greedy}, now ${manual}`);
  same((await api(desk, `/tickets/${ids[0]}`)).status, 'new', 'nothing happens before it is accepted');
  await axe(desk, 'the plan');
  await shoot(desk, 'the plan');
  await desk.getByTestId('plan-line').last().getByRole('checkbox').uncheck();
  await button(desk, '采用所选 2 条').click();
  await told(desk, '已按方案派出 2 张工单');
  const states = [];
  for (const id of ids) states.push((await api(desk, `/tickets/${id}`)).status);
  same(states.filter(s => s === 'dispatched').length, 2, `given: ${states}`);
  await desk.goto(`/console/tickets/${ids[states.indexOf('dispatched')]}`);
  await shows(desk.getByTestId('timeline').first(), '按排单方案', 'why');
}
