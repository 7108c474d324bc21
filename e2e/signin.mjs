// Who gets in, and how: a second factor, single sign-on, a lock and its end, a resident with a code of the front desk.
import { createHmac } from 'node:crypto';
import { admin, agent, hire, importSheet, setUp, signIn, signOut } from './house.mjs';
import { api, at, axe, base, expect, person, same, settled, shoot, step, story, until } from './lib.mjs';

let now = Date.now();

await story('who gets in', async browser => {
  expect(/\/api\/v1\/session.*\b(401|429)\b/);
  const page = await person(browser, 'administrator');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  await importSheet(page, communities[0].id);
  const { room } = await api(page, `/rooms/resolve?community=${communities[0].id}&label=3-2-1502`);
  const { oneTimePassword } = await hire(page, communities[0].id, agent, {
    agentNo: '0217',
    position: '前台',
    may: ['ticket.open', 'customer.reveal', 'resident.code'],
  });

  const other = await person(browser, 'agent');
  await signIn(other, agent, oneTimePassword);
  const { secret, codes } = await step('an agent sets up a second factor', () => enrol(other));
  await step('sign-in asks for the code, and takes none twice', () => withCode(other, secret));
  await step('a recovery code opens once', () => withRecovery(other, codes[0]));
  await step('single sign-on opens nothing before it is linked', () => unlinked(browser));
  await step('the administrator links single sign-on and signs in with it', () => sso(page));
  await step('five failures lock a name at an address, and the administrator unlocks', () =>
    locks(page, browser),
  );
  await step('a resident signs in with a code of the front desk', () => resident(other, room.id));
});

function button(page, name) {
  return page.getByRole('button', { name });
}

/** A minute later: the next code of the app. */
async function minute() {
  now += 60_000;
  await at(new Date(now).toISOString());
}

function totp(secret) {
  const bits = [...secret]
    .map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(b => Number.parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function enrol(page) {
  await minute();
  await page.goto('/console/account/security');
  await page.getByLabel('当前密码').fill(agent.password);
  await button(page, '开始设置').click();
  const secret = (await page.getByTestId('totp-secret').innerText()).trim();
  await page.getByAltText('验证器的二维码').waitFor();
  await axe(page, 'a second factor begun');
  if (process.env.SHOTS) await shoot(page, 'second-factor-begun');
  await page.getByLabel('App 上显示的六位动态码').fill(totp(secret));
  await button(page, '启用').click();
  const list = page.getByTestId('recovery-codes');
  await list.waitFor();
  const codes = (await list.locator('code').allInnerTexts()).map(c => c.trim());
  same(codes.length, 10, 'recovery codes');
  if (process.env.SHOTS) await shoot(page, 'recovery-codes');
  await button(page, '我已保存').click();
  await page.getByText('还剩 10 个恢复码').waitFor();
  if (process.env.SHOTS) await shoot(page, 'second-factor-on');
  return { secret, codes };
}

async function toTheDoor(page) {
  await signOut(page);
  await page.goto('/console/account/security');
}

async function password(page, who) {
  await page.getByLabel('用户名或手机号').fill(who.username);
  await page.getByLabel('密码', { exact: true }).fill(who.password);
  await button(page, '登录').click();
}

async function withCode(page, secret) {
  await minute();
  await toTheDoor(page);
  await password(page, agent);
  await page.getByLabel('动态码').fill('000000');
  await axe(page, 'the code');
  if (process.env.SHOTS) await shoot(page, 'the-code');
  await button(page, '登录').click();
  await page.getByRole('alert').getByText('账号或密码不正确').waitFor();
  await page.getByLabel('动态码').fill(totp(secret));
  await button(page, '登录').click();
  await page.getByRole('heading', { level: 1, name: '登录安全' }).waitFor();
  const body = { username: agent.username, password: agent.password, code: totp(secret) };
  const again = await page.request.post(`${base}/api/v1/session`, { data: body });
  same(again.status() === 200, false, 'the same code once more');
}

async function withRecovery(page, code) {
  await toTheDoor(page);
  await password(page, agent);
  await page.getByLabel('动态码').fill(code);
  await button(page, '登录').click();
  await page.getByText('还剩 9 个恢复码').waitFor();
}

async function unlinked(browser) {
  const page = await person(browser, 'stranger');
  await page.goto('/console/');
  await page.getByRole('link', { name: '用 安居统一身份 登录' }).click();
  await page.getByRole('alert').getByText('还没有关联账号').waitFor();
  await axe(page, 'single sign-on, unlinked');
  if (process.env.SHOTS) await shoot(page, 'sso-unlinked');
  await page.context().close();
}

async function sso(page) {
  await page.goto('/console/account/security');
  await button(page, '关联').click();
  await page.getByRole('region', { name: '单点登录' }).getByLabel('当前密码').fill(admin.password);
  await page.getByRole('region', { name: '单点登录' }).getByRole('button', { name: '关联' }).click();
  await page.getByText('已关联 安居统一身份').waitFor();
  if (process.env.SHOTS) await shoot(page, 'sso-linked');
  await signOut(page);
  await page.goto('/console/');
  await page.getByRole('link', { name: '用 安居统一身份 登录' }).click();
  await page.waitForURL(/\/console\/tickets/);
  await until('signed in', async () => (await api(page, '/session')).account.username === admin.username);
}

async function locks(page, browser) {
  const stranger = await person(browser, 'guesser');
  await stranger.goto('/console/');
  for (let i = 0; i < 5; i++) {
    const wrong = { username: agent.username, password: `guess number ${i}` };
    same((await stranger.request.post(`${base}/api/v1/session`, { data: wrong })).status(), 401, 'a guess');
  }
  await password(stranger, agent);
  await stranger.getByRole('alert').getByText('15 分钟后再试').waitFor();
  await stranger.context().close();
  await page.goto('/console/settings/security');
  const row = page.getByRole('row', { name: new RegExp(agent.name) }).filter({ has: button(page, '解锁') });
  await row.waitFor();
  await settled(page);
  await axe(page, 'locks');
  if (process.env.SHOTS) await shoot(page, 'locks');
  await row.getByRole('button', { name: '解锁' }).click();
  await page.getByText('没有人被锁定').waitFor();
}

async function resident(page, room) {
  await page.goto(`/console/households/${room}`);
  await button(page, '绑定 李静').click();
  await page.getByText('前台绑定').waitFor();
  await button(page, '登录码 李静').click();
  const code = (await page.getByTestId('sign-in-code').innerText()).trim();
  await settled(page);
  await axe(page, 'a code for a resident');
  if (process.env.SHOTS) await shoot(page, 'resident-code');
  const data = { mobile: '13800001502', code };
  const me = await fetch(`${base}/api/v1/resident/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(data),
  });
  same(me.status, 200, 'the code');
  same((await me.json()).mobileMasked, '138****1502', 'the mobile is masked');
}
