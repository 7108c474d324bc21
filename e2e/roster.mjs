// The roster and what it drives: a week is planned, a conflict is seen, and a ticket goes to who is on duty (STA-01, TIC-05).
import { agent, hire, importSheet, setUp, signIn, technician } from './house.mjs';
import {
  api,
  at,
  axe,
  counts,
  expect,
  first,
  has,
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

const button = (page, name) => page.getByRole('button', { name });
const cell = (page, name, day) =>
  page.getByTestId('roster-row').filter({ hasText: name }).getByRole('cell').nth(day);

const early = '早班 08:00–16:00';
const late = '晚班 16:00–24:00';

await story('the roster', async browser => {
  const page = await person(browser, 'planner');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  const community = communities[0].id;
  await importSheet(page, community);
  const may = ['ticket.accept', 'ticket.arrive', 'roster.self', 'attendance.self'];
  const first = await hire(page, community, technician, {
    agentNo: 'W01',
    position: '水暖工',
    skills: ['water'],
    may,
  });
  await hire(page, community, agent, { agentNo: 'W02', position: '水暖工', skills: ['water'], may });
  const other = { ...agent };

  await step('shifts are made first', () => shifts(page));
  await step('somebody is planned', () => plan(page));
  await step('too little rest is said, and goes with a reason only', () => conflict(page));
  await step('nobody is on two shifts at once', () => overlap(page));
  await step('a chip is dragged to another day', () => drag(page));
  await step('a shift that lacks people shows', () => lacking(page));
  await step('the week looks right', () => look(page, 'roster'));
  await step('a ticket goes to who is on duty by the roster, and says why', () =>
    dispatched(page, community),
  );
  let hands;
  await step('the phone shows the duties and asks a colleague', async () => {
    hands = await onThePhone(browser, first, other);
  });
  await step('next week is filled like this one', () => copy(page));
  await step('the rest of the week is filled by load', () => byLoad(page));
  await step('a category is opened for claiming', () => claiming(page, community));
  await step('who calls whom in an emergency is written down, and who is missing shows', () =>
    response(page),
  );
  await step('he checks in on his phone, and asks for a mark he forgot', () => checksIn(hands));
  await step('the month shows who came, and who did not', () => month(page));
  await step('what roster and load ask for becomes a staffing plan', () => staffing(page));
});

async function shifts(page) {
  await page.goto('/console/roster');
  await page.getByRole('link', { name: '去建班次' }).click();
  for (const [name, start, hours] of [
    ['早班', '08:00', '8'],
    ['晚班', '16:00', '8'],
  ]) {
    await button(page, '新班次').click();
    const form = page.getByRole('form', { name: '班次' });
    await form.getByLabel('名称').fill(name);
    await form.getByLabel('开始').fill(start);
    await form.getByLabel('时长（小时）').fill('99');
    await button(form, '保存').click();
    await form.getByText('在 0.25 到 24 小时之间').waitFor();
    await form.getByLabel('时长（小时）').fill(hours);
    await button(form, '保存').click();
    await told(page, `“${name}”已保存`);
  }
  await counts(page.getByTestId('shift-row'), 2, 'shifts');
}

/** Fills the form beside the week. */
async function duty(page, name, day, shift) {
  await cell(page, name, day).getByRole('button', { name: /的班$/ }).click();
  const form = page.getByRole('form', { name: '排一个班' });
  await form.getByLabel('班次').selectOption({ label: shift });
  await button(form, '保存').click();
  return form;
}

async function plan(page) {
  await page.goto('/console/roster');
  // Tuesday, today; the column of Monday is 0.
  await duty(page, technician.name, 1, early);
  await told(page, `已排：${technician.name}`);
  await cell(page, technician.name, 1).getByTestId('duty').getByText('早班').waitFor();
}

async function conflict(page) {
  expect(/roster-duties.*409/);
  await duty(page, technician.name, 2, late);
  await cell(page, technician.name, 2).getByText('晚班').waitFor();
  const form = await duty(page, technician.name, 3, early);
  await form.getByText(/只休息 8 小时/).waitFor();
  await form.getByLabel('理由').fill('罗师傅请假');
  await button(form, '写了理由，仍然保存').click();
  const chip = cell(page, technician.name, 3).getByTestId('duty');
  await chip.getByText(/只休息 8 小时，少于 11 小时.*理由：罗师傅请假/).waitFor();
}

async function overlap(page) {
  const form = await duty(page, technician.name, 1, early);
  await form
    .getByText(/一人不能同时值两个班/)
    .first()
    .waitFor();
  await button(form, '返回').click();
}

async function drag(page) {
  await cell(page, technician.name, 3)
    .getByTestId('duty')
    .dragTo(cell(page, technician.name, 4));
  await told(page, '早班 已移到');
  const chip = cell(page, technician.name, 4).getByTestId('duty');
  await chip.waitFor();
  await counts(chip.getByText(/只休息/), 0, 'conflicts after a day of rest');
}

async function lacking(page) {
  const row = page.getByTestId('staffing-row').filter({ hasText: '晚班' });
  await shows(row, '缺 1 人', 'the late shift of today');
}

async function look(page, name) {
  await settled(page);
  await axe(page, name);
  await shoot(page, name);
}

async function dispatched(page, community) {
  await at('2026-03-10T10:00:00+08:00');
  const { room } = await api(page, `/rooms/resolve?community=${community}&label=3-2-1502`);
  for (let n = 0; n < 2; n++) {
    const ticket = await send(page, 'POST', '/tickets', {
      community,
      roomId: room.id,
      category: 'facilities.water',
      grade: 'C',
      title: `水压偏低 ${n}`,
      channel: 'phone',
    });
    await until(
      'it is dispatched',
      async () => (await api(page, `/tickets/${ticket.id}`)).status === 'dispatched',
    );
    same(
      (await api(page, `/tickets/${ticket.id}`)).assignee.name,
      technician.name,
      'both have their switch on, one is on duty',
    );
    await page.goto(`/console/tickets/${ticket.id}`);
    await page.getByText(/“早班”当班/).waitFor();
  }
}

async function onThePhone(browser, made, other) {
  const hands = await person(browser, 'technician', { viewport: phone, touch: true });
  await hands.goto('/m');
  await signIn(hands, technician, made.oneTimePassword);
  await hands.goto('/m/duties');
  await hands.getByText('按排班当班：早班，到 16:00').waitFor();
  await hands.getByRole('button', { name: /^换班：.*晚班/ }).click();
  const form = hands.getByRole('form', { name: '换班' });
  await form.getByLabel('请谁来上').selectOption({ label: other.name });
  await form.getByLabel('原因').fill('家里有事');
  await button(form, '发给对方').click();
  await hands.getByText(`请 ${other.name} 上`).waitFor();
  await button(hands, '生成链接').click();
  const link = await hands.getByLabel('复制到日历的“订阅”').inputValue();
  const answer = await hands.request.get(link);
  has(await answer.text(), 'SUMMARY:早班', 'the calendar');
  await look(hands, 'duties');
  return hands;
}

async function copy(page) {
  await page.goto('/console/roster');
  await button(page, '下一周').click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: '3月16日' }).waitFor();
  await button(page, '复制上周').click();
  await button(page, '保存 3 个班').click();
  await told(page, '已排 3 个班');
  await until('three duties stand in next week', async () => (await page.getByTestId('duty').count()) === 3);
}

async function byLoad(page) {
  const before = await page.getByTestId('duty').count();
  await button(page, '按工作量排').click();
  await page.getByRole('table').getByText('预计').or(page.getByText('按过去八周')).first().waitFor();
  await look(page, 'roster by load');
  const save = button(page, /^保存 \d+ 个班$/);
  const n = Number((await save.innerText()).match(/\d+/)[0]);
  await save.click();
  await told(page, `已排 ${n} 个班`);
  await until('they stand in the week', async () => (await page.getByTestId('duty').count()) === before + n);
}

async function claiming(page, community) {
  await page.goto('/console/settings/dispatch');
  await first(page.getByLabel('类别'));
  await button(page, '单独设置').click();
  await button(page, '保存').click();
  await told(page, '派单设置已保存');
  const set = await api(page, `/communities/${community}/ticket-settings`);
  same(set.dispatch.length, 1, 'rules');
  same(set.dispatch[0].mode, 'claim', 'the mode');
}

async function response(page) {
  await page.goto('/console/roster/response');
  await page.getByText('现在没有人在岗').waitFor();
  await axe(page, 'no response team');
  await button(page, '编辑联络树').click();
  const form = page.getByRole('form', { name: '编辑联络树' });
  expect(/response-team.*422|422.*response-team/);
  await form.getByLabel('岗位').fill('队长');
  await form.getByLabel('员工').selectOption({ index: 1 });
  await button(form, '保存联络树').click();
  await form.getByText('必填').or(form.getByText('请填写')).first().waitFor();
  await form.getByLabel('值班电话').first().fill('8001');
  await button(form, '加一行').click();
  const second = form.getByRole('listitem').nth(1);
  await second.getByLabel('岗位').fill('供水抢修');
  await second.getByLabel('由谁呼叫').selectOption('1');
  await second.getByLabel('名称').fill('供水公司值班');
  await second.getByLabel('值班电话').fill('0755-8200');
  await axe(page, 'the contact tree being written');
  await shoot(page, 'the contact tree being written');
  await button(form, '保存联络树').click();
  await told(page, '联络树已保存');
  await counts(page.getByTestId('call'), 2, 'lines of the tree');
  await axe(page, 'the contact tree');
  await shoot(page, 'the contact tree');
}

async function checksIn(hands) {
  await hands.goto('/m/me');
  await button(hands, '考勤打卡').click();
  await hands.getByText('现在没有上班打卡').waitFor();
  await button(hands, '上班打卡').first().click();
  await hands.getByText(/上班已打卡/).waitFor();
  await axe(hands, 'attendance on the phone');
  await shoot(hands, 'attendance on the phone');
  const form = hands.getByRole('form', { name: '补卡' });
  await button(form, '提交申请').click();
  await form.getByText('选择时间').waitFor();
  await form.getByLabel('时间').fill('2026-03-09T08:00');
  await form.getByText('选择时间').waitFor({ state: 'hidden' }); // a refusal goes away with its cause
  await form.getByLabel('原因').fill('手机没电');
  await button(form, '提交申请').click();
  await hands.getByText(/已申请补卡/).waitFor();
}

async function month(page) {
  await page.goto('/console/attendance');
  await page.getByTestId('attendance-row').first().waitFor();
  await button(
    page.getByTestId('attendance-row').filter({ hasText: technician.name }),
    technician.name,
  ).click();
  await axe(page, 'attendance');
  await shoot(page, 'attendance');
  await button(page, '打卡二维码').click();
  await page.getByRole('img', { name: '打卡二维码' }).waitFor();
  await button(page, '打卡地点').click();
  const form = page.getByRole('form', { name: '打卡地点' });
  await form.getByLabel('纬度').fill('22.5x');
  await button(form, '保存').click();
  await form.getByText('写成 22.543096 这样的度数').waitFor();
  await form.getByLabel('纬度').fill('22.543096');
  await form.getByLabel('经度').fill('114.057865');
  await button(form, '保存').click();
  await told(page, '打卡地点已保存');
  await page.getByText('离设定地点 500 米以内可用手机打卡').waitFor();
}

async function staffing(page) {
  await page.goto('/console/staffing');
  await page.getByText('还没有用人计划').waitFor();
  await axe(page, 'no staffing plans');
  await shoot(page, 'no staffing plans');
  await button(page, '新建计划').click();
  const form = page.getByRole('form', { name: '用人计划' });
  await form.getByLabel('名称').fill('二季度维修补员');
  await form.getByLabel('总体理由').fill('夜间报修增加');
  await form.getByLabel('从', { exact: true }).fill('2026-04-01');
  await form.getByLabel('到', { exact: true }).fill('2026-06-30');
  if ((await form.getByRole('listitem').count()) === 0) await button(form, '加一个岗位').click();
  for (const line of await form.getByRole('listitem').all()) {
    await line.getByLabel('职位').fill('水暖工');
    await line.getByLabel('任职要求').fill('持证，三年以上');
  }
  await axe(page, 'a staffing plan');
  await shoot(page, 'a staffing plan');
  await button(form, '保存草稿').click();
  await told(page, '用人计划已保存');
  await page.getByRole('link', { name: '二季度维修补员' }).click();
  await button(page, '提交主任审批').waitFor();
  await axe(page, 'the staffing plan');
  await shoot(page, 'the staffing plan');
}
