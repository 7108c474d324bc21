// A company ready for work, made through the API: for stories whose point is something else.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { api, base, person, phone, send, sendFile, setupCode, until } from './lib.mjs';

export const admin = { name: '周敏', username: 'zhoumin', password: 'a long enough secret' };
export const technician = { name: '张伟', username: 'zhangwei', password: 'another long secret' };
export const agent = { name: '林小雨', username: 'linxiaoyu', password: 'a third long secret' };

const key = () => ({ 'Idempotency-Key': crypto.randomUUID() });

/** Company, community and administrator; the page is signed in as the administrator afterwards. */
export async function setUp(page) {
  return api(page, '/setup', {
    method: 'POST',
    headers: key(),
    body: {
      code: setupCode,
      company: '安居物业',
      community: {
        name: '桃源里',
        address: '虚构路 1 号',
        servicePhone: '020-00000000',
        zone: 'Asia/Shanghai',
      },
      admin,
    },
  });
}

/** Signs the page's person in; the password is the one given at creation, changed where that is asked for. */
export async function signIn(page, { username, password }, oneTime) {
  const session = await api(page, '/session', {
    method: 'POST',
    body: { username, password: oneTime ?? password },
  });
  if (session.mustChangePassword)
    await send(page, 'PUT', '/account/password', { current: oneTime, next: password });
  return session;
}

/** Signs the page's person out; nothing is left open that would ask once more, and be told that nobody is there. */
export async function signOut(page) {
  await page.goto('about:blank');
  await send(page, 'DELETE', '/session');
}

/** Takes a step on a ticket. Its clocks and jobs write on it too: a version that was overtaken is asked for again. */
export async function act(page, id, verb, body = {}) {
  for (let tries = 0; ; tries++) {
    const { version } = await api(page, `/tickets/${id}`);
    try {
      return await send(page, 'POST', `/tickets/${id}/${verb}`, body, { 'If-Match': `"${version}"` });
    } catch (error) {
      if (tries === 5 || !/: 409 .*stale/.test(error.message)) throw error;
    }
  }
}

/** Imports the sheet of the story and applies it. */
export async function importSheet(page, community) {
  const file = process.env.SHEET;
  const { csrf } = await api(page, '/session');
  const response = await page.request.fetch(`${base}/api/v1/imports?community=${community}`, {
    method: 'POST',
    headers: { 'X-CSRF-Token': csrf, ...key() },
    multipart: {
      file: {
        name: basename(file),
        mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        buffer: await readFile(file),
      },
    },
  });
  if (!response.ok()) throw new Error(`import: ${response.status()} ${await response.text()}`);
  const { id } = await response.json();
  await importEnds(page, id, 'checked');
  await send(page, 'POST', `/imports/${id}/apply`, { mode: 'new' });
  return importEnds(page, id, 'applied');
}

/** An import when it has come into a state. */
export async function importEnds(page, id, state) {
  for (let tries = 0; tries < 300; tries += 1) {
    const now = await api(page, `/imports/${id}`);
    if (now.state === state) return now;
    if (!['checking', 'applying', 'undoing'].includes(now.state)) break;
    await new Promise(done => setTimeout(done, 100));
  }
  throw new Error(`the import did not become ${state}`);
}

/** A member of staff who may do all the actions; on duty; answers the one-time password. */
export async function hire(page, community, who, { agentNo, skills = [], position, may }) {
  const roles = (await api(page, '/roles')).items;
  // The one who may least of those who may this: what is shown to nobody but leaders would otherwise go unseen.
  const [role] = roles
    .filter(r => may.every(a => r.permissions.includes(a)))
    .sort((a, b) => a.permissions.length - b.permissions.length);
  if (!role) throw new Error(`no shipped role may ${may.join(', ')}`);
  const made = await send(page, 'POST', '/staff', {
    community,
    agentNo,
    name: who.name,
    username: who.username,
    position,
    skills,
    areas: [],
    roles: [role.code],
  });
  await send(page, 'PUT', `/staff/${made.staff.id}/duty`, { onDuty: true });
  return made;
}

/** A pump, and a plan with the valve of a building and a photo of it (HOU-04, HOU-04a). */
export async function plant(page, community, buildingId) {
  const facility = await send(page, 'POST', '/facilities', {
    community,
    code: 'SB-01',
    name: '生活水泵',
    kind: 'water',
    place: '地下一层水泵房',
    state: 'running',
    checks: [{ name: '季度保养', kind: 'routine', months: 3, nextOn: '2026-03-20' }],
    parts: [{ name: '机械密封', spec: 'DN50', quantity: 2 }],
  });
  const made = await sendFile(
    page,
    `/plans?community=${community}&name=${encodeURIComponent('给水总图')}`,
    process.env.PHOTO,
  );
  const plan = await send(
    page,
    'PUT',
    `/plans/${made.id}`,
    {
      name: made.name,
      items: [
        {
          kind: 'line',
          medium: 'water',
          name: '干管',
          points: [
            [500, 5000],
            [9500, 5000],
          ],
          place: '',
          cuts: [],
        },
        {
          kind: 'valve',
          medium: 'water',
          name: '楼栋总阀',
          points: [[5000, 5000]],
          place: '南侧阀门井',
          cuts: [{ buildingId }],
        },
      ],
    },
    { 'If-Match': '"1"' },
  );
  const valve = plan.items[1];
  await sendFile(page, `/plan-items/${valve.id}/photo`, process.env.PHOTO);
  return { facility, plan, valve };
}

/** Somebody of the room's archive, signed in on a phone with the code that the front desk shows. */
export async function resident(browser, desk, room) {
  const owner = (await api(desk, `/households/${room.id}`)).people.find(p => p.mobiles > 0);
  await send(desk, 'POST', `/rooms/${room.id}/residents`, { customerId: owner.customerId });
  const { code } = await send(desk, 'POST', `/customers/${owner.customerId}/sign-in-code`);
  const { value } = await send(desk, 'POST', `/customers/${owner.customerId}/reveal`, {
    field: 'mobile',
    index: 0,
  });
  const her = await person(browser, 'the resident', { viewport: phone, touch: true });
  await her.goto('/r');
  await her.getByLabel('手机号').fill(value);
  await her.getByLabel('验证码').fill(code);
  await her.getByRole('button', { name: '登录', exact: true }).click();
  await her.getByText('020-00000000').waitFor();
  return her;
}

/** Somebody of finance, signed in on a page of their own: who decides what the administrator asks for. */
export async function financeOf(browser, page, community) {
  const made = await send(page, 'POST', '/staff', {
    community,
    agentNo: 'W09',
    name: agent.name,
    username: agent.username,
    position: '财务',
    roles: ['finance'],
  });
  const finance = await person(browser, 'finance');
  await signIn(finance, agent, made.oneTimePassword);
  return finance;
}

/** Agrees to what is asked of a kind. */
async function agree(who, kind) {
  const asked = await until(`a request of ${kind}`, async () =>
    (await api(who, '/approvals?view=todo')).items.find(q => q.kind === kind),
  );
  await send(
    who,
    'POST',
    `/approvals/${asked.id}/approve`,
    { reason: '核对无误' },
    { 'If-Match': `"${asked.version}"` },
  );
}

/** A property fee at a price, and the months that are booked of it; answers their runs. */
export async function billed(page, finance, community, { price, months, ...rules }) {
  const item = await send(page, 'POST', '/charges', {
    community,
    code: 'WY',
    name: '物业费',
    basis: 'building_area',
    starts: 'always',
    period: 'month',
    dueDay: 15,
    firstMonth: 'by_day',
    lastMonth: 'by_day',
    roundUnit: 'fen',
    roundMode: 'half_up',
    taxRate: '0.06',
    latePerDay: '0.0005',
    lateGrace: 0,
    lateFrom: 'due',
    lateCap: '100',
    priceKind: 'market',
    ...rules,
  });
  await send(page, 'POST', `/charges/${item.id}/tariffs`, {
    from: '2025-01-01',
    price,
    document: '备案2025-1',
    explanation: `每月 ${price} 元。`,
  });
  await agree(finance, 'billing.tariff');
  const runs = [];
  for (const period of months) {
    const run = await send(page, 'POST', '/bill-runs', { community, period });
    runs.push(run.id);
    const state = want =>
      until(`${period} is ${want}`, async () => {
        const now = await api(page, `/bill-runs/${run.id}`);
        return now.state === want && now;
      });
    const { version } = await state('calculated');
    await send(
      page,
      'POST',
      `/bill-runs/${run.id}/submit`,
      { reason: period, despiteErrors: true },
      { 'If-Match': `"${version}"` },
    );
    await agree(finance, 'billing.book');
    await state('booked');
  }
  return runs;
}
