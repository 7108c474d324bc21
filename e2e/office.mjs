// What the office does: regions, roles, and a change of position that one asks for and another approves (ACC-01, ACC-03, ACC-08, ACC-12).

import { act, admin, agent, importSheet, setUp, signIn, technician } from './house.mjs';
import {
  api,
  at,
  counts,
  expect,
  person,
  phone,
  reach,
  same,
  send,
  shows,
  step,
  story,
  told,
  until,
} from './lib.mjs';

const button = (page, name) => page.getByRole('button', { name });

const choose = (page, label, text) => reach(page.getByRole('combobox', { name: label }), text);

await story('the office', async browser => {
  const page = await person(browser, 'administrator');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  const community = communities[0].id;
  await importSheet(page, community);
  const { staff } = await send(page, 'POST', '/staff', {
    community,
    agentNo: 'W01',
    name: technician.name,
    username: technician.username,
    position: '水暖工',
    skills: ['water'],
    roles: ['technician'],
  });
  const colleague = await send(page, 'POST', '/staff', {
    community,
    agentNo: 'W02',
    name: '韦一',
    position: '水暖工',
    roles: ['technician'],
  });
  const boss = await send(page, 'POST', '/staff', {
    community,
    agentNo: 'W09',
    name: agent.name,
    username: agent.username,
    position: '管理处主任',
    roles: ['property_manager'],
  });
  const office = await person(browser, 'manager');
  await signIn(office, agent, boss.oneTimePassword);

  await step('the community moves into a region', () => regions(page));
  await step('a role is copied and allows more', () => roles(page));
  await step(
    'a class gets the name that people use and another grade, the desk sees it, and it goes back',
    () => tree(page),
  );
  await step('two write on the same record, and nobody loses a word', () => together(page, office, staff.id));
  await step('a session that ends keeps what was typed', () => ended(office, staff.id));
  await step('the manager asks for a change of position', () => ask(office, staff.id));
  await step('the manager cannot decide it themselves', () => notOneself(office));
  await step('the administrator sees it in the rail and approves it', () => approve(page));
  await step('it takes effect at once, and the history says so', () => effect(page, staff.id));
  await step('who leaves hands over first', () => leave(page, community, staff, colleague.staff));
  await step('a deputy is appointed', () => deputy(page));
  await step('the phone decides as well', () => onThePhone(browser, office, colleague.staff.id, community));
  await step('what is typed for one community is not carried into another', () => apart(page));
});

async function regions(page) {
  await page.goto('/console/settings/organisation');
  await page.getByLabel('新片区名称').fill('城南片区');
  await button(page, '新增片区').click();
  await page.getByTestId('node-region').getByText('城南片区').waitFor();
  await page.getByTestId('node-community').first().click();
  await choose(page, '所属片区', '城南片区');
  await button(page, '移到这里').click();
  await until('it lies there', async () => (await api(page, '/organisation')).communities[0].regionId);
  await page.getByLabel('部门名称').fill('夜间值班组');
  await button(page, '新增部门').click();
  await told(page, '已新增部门“夜间值班组”');
  await button(page, '删除：夜间值班组').click();
  await told(page, '部门已删除');
}

/** What one types stays while the other saves; where both wrote, each sees it before anything is overwritten. */
async function together(page, office, id) {
  expect(/\/staff\/.*\b409\b/);
  // The office saves before it hears of the other: else the form says so by itself, and nothing is refused.
  expect(/\/live\b/);
  await office.route(/\/api\/v1\/live\b/, route => route.abort());
  for (const one of [page, office]) {
    await one.goto(`/console/staff/${id}`);
    await one.getByLabel('工号').waitFor();
  }
  const number = office.getByLabel('工号');
  await number.fill('W01-甲');
  await page.getByLabel('姓名').fill('张伟明');
  await page.getByLabel('工号').fill('W01-乙');
  await button(page, '保存').click();
  await told(page, '张伟明已保存');
  await button(office, '保存').click();
  await office.getByText(`改的人：${admin.name}`).waitFor();
  await until(
    'what was not touched follows',
    async () => (await office.getByLabel('姓名').inputValue()) === '张伟明',
  );
  same(await number.inputValue(), 'W01-甲', 'what was typed');
  await office.getByText('别人刚改成： W01-乙').waitFor();
  await button(office, '保存').click();
  await told(office, '张伟明已保存');
  const { name, agentNo } = await api(office, `/staff/${id}`);
  same([name, agentNo], ['张伟明', 'W01-甲'], 'both changes are stored');
  await office.unroute(/\/api\/v1\/live\b/);
}

/** In the middle of a form: the sign-in page comes, and behind it everything is as it was. */
async function ended(office, id) {
  expect(/\b401\b/);
  await office.goto(`/console/staff/${id}`);
  await office.getByLabel('姓名').fill(technician.name);
  await office.context().clearCookies();
  await button(office, '保存').click();
  await office.getByLabel('密码', { exact: true }).fill(agent.password);
  await office.getByLabel('用户名或手机号').fill(agent.username);
  await button(office, '登录').click();
  const name = office.getByLabel('姓名');
  await name.waitFor();
  same(await name.inputValue(), technician.name, 'what was typed before');
  await button(office, '保存').click();
  await told(office, `${technician.name}已保存`);
}

/** The tree of classes: changed, seen at the desk, restored; the trail of the company has both (TIC-01a). */
async function tree(page) {
  const proposed = async (name, grade) => {
    await page.goto('/console/tickets/new');
    await page.getByLabel('事项').first().fill('厨房漏水');
    await page.getByText(name).first().waitFor();
    await until(`grade ${grade} is proposed`, () => page.getByRole('radio', { name: grade }).isChecked());
  };
  await page.goto('/console/settings/categories?open=facilities.water');
  await page.getByLabel('中文名称').fill('上下水');
  await page.getByLabel('常用等级').selectOption('B');
  await page.getByLabel('责任部门').selectOption('security');
  await page.getByLabel('为什么改').fill('住户都这么叫，先由秩序关阀');
  await button(page, '保存为新版本').click();
  await told(page, '已保存为第 1 版');
  await proposed('上下水', 'B 重要');
  await page.goto('/console/settings/categories?open=versions');
  await page.getByText('责任部门：工程 → 秩序').waitFor();
  await page.getByText('常用等级：C → B').waitFor();
  await button(page, '恢复 出厂分类').click();
  await page.getByRole('textbox', { name: /为什么/ }).fill('先按出厂的用');
  await button(page, '恢复出厂分类').click();
  await told(page, '现在是第 2 版');
  await proposed('给排水', 'C 一般');
  await page.goto('/console/settings/audit?of=company');
  await page
    .getByRole('cell', { name: /ticket\.categories/ })
    .nth(1)
    .waitFor();
}

async function roles(page) {
  await page.goto('/console/settings/roles');
  await page.getByTestId('role-row').filter({ hasText: '前台' }).getByRole('button').click();
  await button(page, '复制为新角色').click();
  const name = page.getByLabel('中文名称'); // the form of the role it was copied from has it, too
  await until('the copy is open', async () => (await name.inputValue()).includes('副本'));
  await name.fill('夜班前台');
  await page.getByLabel('英文名称').fill('night desk');
  await page.getByRole('checkbox', { name: /取消工单/ }).uncheck();
  await page.getByRole('checkbox', { name: /查看审计日志/ }).check();
  await shows(page.getByText(/将增加/), '查看审计日志', 'what the role will gain');
  await button(page, '保存').click();
  await told(page, '“夜班前台”已保存');
  const made = (await api(page, '/roles')).items.find(r => r.zh === '夜班前台');
  same(made.permissions.includes('audit.view'), true, 'the new permission');
  same(made.permissions.includes('ticket.cancel'), false, 'the old permission');
  await button(page, '删除角色').click();
  await told(page, '角色已删除');
}

async function ask(page, id) {
  await page.goto(`/console/staff/${id}`);
  await button(page, '申请调岗').click();
  const form = page.getByRole('form', { name: '调岗申请' });
  await form.getByLabel('岗位').fill('维修领班');
  await page.keyboard.press('Tab');
  await form.getByText('按岗位建议').waitFor();
  await form.getByLabel('生效日期').fill('2026-03-10');
  await form.getByLabel('调岗原因').fill('组建二组');
  await button(page, '提交申请').click();
  await page.getByText('调岗待审批：维修领班').waitFor();
}

async function notOneself(page) {
  await page.getByRole('link', { name: '查看申请' }).click();
  await button(page, '撤回申请').waitFor();
  await counts(button(page, '同意'), 0, 'buttons to approve');
}

async function approve(page) {
  await page.goto('/console/tickets?view=all');
  await page.getByRole('link', { name: /审批.*1.*件待审批/ }).click();
  await page.getByTestId('approval-row').first().click();
  await page.getByText('维修技工').first().waitFor();
  await button(page, '不同意').click();
  await page.getByText('不同意请写明原因').waitFor();
  await page.getByLabel('审批意见').fill('同意，试用三个月');
  await button(page, '同意').and(page.locator('[type=submit]')).click();
  await page.getByText('已同意').first().waitFor();
  await page.getByText('没有要你审批的事').waitFor();
}

async function effect(page, id) {
  await until(
    'the roles changed',
    async () => (await api(page, `/staff/${id}`)).roles.join() === 'maintenance_leader',
  );
  await page.goto(`/console/staff/${id}`);
  await page.getByText('林小雨 申请，周敏 批准').waitFor();
}

async function leave(page, community, staff, colleague) {
  const { room } = await api(page, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const ticket = await send(page, 'POST', '/tickets', {
    community,
    roomId: room.id,
    category: 'facilities.water',
    grade: 'C',
    title: '水压偏低',
    channel: 'phone',
  });
  await at('2026-03-10T09:10:00+08:00');
  await act(page, ticket.id, 'dispatch', { to: staff.id }).catch(() => undefined);
  await page.goto(`/console/staff/${staff.id}`);
  await button(page, '停用').click();
  await page.getByLabel('停用原因').fill('离职');
  expect(/disable.*409/);
  await page.locator('.state-side form').getByRole('button', { name: '停用' }).click();
  await page.getByText(/还有 1 项未办结/).waitFor();
  await choose(page, '接手人', colleague.name);
  await page.locator('.state-side form').getByRole('button', { name: '停用' }).click();
  await told(page, '张伟已停用');
  same((await api(page, `/tickets/${ticket.id}`)).assignee?.name, colleague.name, 'who has the ticket now');
}

async function deputy(page) {
  await page.goto('/console/account/deputy');
  await choose(page, '代理人', agent.name);
  await page.getByLabel('从', { exact: true }).fill('2026-03-12');
  await page.getByLabel('到', { exact: true }).fill('2026-03-14');
  await button(page, '设为代理人').click();
  await told(page, '林小雨 将代你审批');
  await button(page, '取消代理').click();
  await told(page, '已取消代理');
}

async function onThePhone(browser, office, id, community) {
  await send(office, 'POST', `/staff/${id}/position-changes`, {
    position: '维修领班',
    roles: [{ role: 'maintenance_leader', community }],
    day: '2026-03-20',
    reason: '接任',
    ...((await api(office, `/staff/${id}`)).openTickets > 0
      ? { handOverTo: (await api(office, '/session')).account.id }
      : {}),
  });
  const hands = await person(browser, 'administrator on the phone', { viewport: phone, touch: true });
  await hands.goto('/m');
  await signIn(hands, admin);
  await hands.goto('/m/approvals');
  await hands.getByTestId('approval').first().click();
  await hands.getByLabel(/审批意见/).fill('先把手上的事做完');
  await button(hands, '不同意').click();
  await hands.getByText('没有要你审批的事').waitFor();
  await hands.context().close();
}

/** A form is of its community: the other one's begins empty, and back home everything typed is there. */
async function apart(page) {
  const other = await send(page, 'POST', '/communities', { name: '杏花里' });
  await page.goto('/console/staffing');
  const title = page.getByRole('form', { name: '用人计划' }).getByLabel('名称');
  const plan = async () => {
    await button(page, '新建计划').click();
    await title.waitFor();
  };
  const to = async name => {
    await button(page, /我的账号/).click();
    await page.getByRole('group', { name: '我的账号' }).getByLabel('小区').selectOption({ label: name });
    await page.keyboard.press('Escape');
  };
  await plan();
  await title.fill('桃源里夏季用人');
  await to(other.name);
  await plan();
  same(await title.inputValue(), '', 'what the other community begins with');
  await to('桃源里');
  await plan();
  same(await title.inputValue(), '桃源里夏季用人', 'what was typed at home');
}
