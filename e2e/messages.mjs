// What leaves the program: mail is set up, a resident gives an address and is told of her matter, a technician's
// phone is reached, and the desk sees what arrived (TIC-09, TIC-03b).

import { act, hire, importSheet, resident, setUp, signIn, technician } from './house.mjs';
import {
  api,
  at,
  axe,
  base,
  expect,
  has,
  person,
  phone,
  same,
  send,
  shoot,
  shows,
  step,
  story,
  told,
  until,
} from './lib.mjs';
import { mailServer, pushService } from './post.mjs';

expect(/\/api\/v1\/resident\/me\b.*\b401\b/);
expect(/\/(messages|mail-server)\b.*\b(409|422)\b/);

const button = (page, name) => page.getByRole('button', { name, exact: true });

await story('messages', async browser => {
  const [post, push] = [await mailServer(), await pushService()];
  try {
    await tell(browser, post, push);
  } finally {
    post.close();
    push.close();
  }
});

async function tell(browser, post, push) {
  const desk = await person(browser, 'the administrator');
  await desk.goto('/console/');
  const { communities } = await setUp(desk);
  const community = communities[0].id;
  await importSheet(desk, community);
  const made = await hire(desk, community, technician, {
    agentNo: 'W01',
    position: '水工',
    skills: ['water'],
    may: ['ticket.accept', 'ticket.arrive', 'ticket.resolve'],
  });
  const { room } = await api(desk, `/rooms/resolve?community=${community}&label=3-2-1502`);

  await step('mail is set up; a wrong password is told in the server’s words', () => server(desk, post));
  const her = await resident(browser, desk, room);
  await step('she gives an address, and confirms it with the code that came there', () => address(her, post));
  const hands = await person(browser, 'technician', { viewport: phone, touch: true });
  await step('the technician switches notifications on', () => switchOn(hands, made, push));
  const id = await step('she is told by mail: number, next steps and their times', () =>
    registered(desk, post, community, room),
  );
  await step('his phone was called, and what it gets it shows', () => arrives(hands, push));
  await step('the desk sees on the timeline how she was reached', () => seen(desk, id));
  await step('what went out is listed', () => listed(desk));
  await step('she switches it off, and hears nothing more', () => silent(desk, her, post, id));
}

async function server(desk, post) {
  await desk.goto('/console/settings/mail');
  await desk.getByLabel('服务器地址').fill('smtp.example.com');
  await desk.getByRole('radio', { name: '不加密' }).check();
  await desk.getByLabel('端口').fill(String(post.port));
  await desk.getByLabel('用户名').fill('post');
  await desk.getByLabel('密码').fill('wrong');
  await desk.getByLabel('发件地址').fill('post@example.com');
  await desk.getByLabel('发件人名称').fill('安居物业');
  await desk.getByLabel('系统网址').fill(base);
  const form = desk.getByRole('region', { name: '邮件服务器' });
  await button(form, '保存').click();
  await form.getByText('不加密只允许用于本机的邮件服务器').waitFor();
  await desk.getByLabel('服务器地址').fill('127.0.0.1');
  await button(form, '保存').click();
  await told(desk, '已保存');
  await axe(desk, 'mail');
  await shoot(desk, 'mail');
  const test = desk.getByRole('region', { name: '发送测试邮件' });
  await test.getByLabel('发到').fill('boss@example.com');
  await button(test, '发送测试邮件').click();
  await test.getByText('who are you').waitFor();
  await shoot(desk, 'a wrong password');
  await desk.getByLabel('密码').fill('right horse');
  await button(form, '保存').click();
  await until('it is saved', async () => (await api(desk, '/mail-server')).version === 2);
  await test.getByLabel('发到').fill('boss@example.com');
  await button(test, '发送测试邮件').click();
  await test.getByText('服务器已接收').waitFor();
  same(post.letters[0].subject, '测试邮件', 'the test');
}

async function address(her, post) {
  await her.goto('/r/me');
  const box = her.getByRole('region', { name: '消息提醒' });
  await box.getByLabel('邮箱').fill('li@');
  await button(box, '发送确认码').click();
  await box.getByText('邮箱地址写法不对').first().waitFor();
  await box.getByLabel('邮箱').fill('li@example.com');
  await axe(her, 'the switches');
  await shoot(her, 'the switches');
  await button(box, '发送确认码').click();
  await box.getByText('确认码已发到 l***@example.com').waitFor();
  const code = /\d{6}/.exec(post.letters.at(-1).subject)[0];
  await box.getByLabel('确认码').fill('000000' === code ? '111111' : '000000');
  await button(box, '确认').click();
  await box.getByText('确认码不正确或已过期').waitFor();
  await box.getByLabel('确认码').fill(code);
  await button(box, '确认').click();
  await box.getByText('发邮件到 l***@example.com').waitFor();
  await axe(her, 'an address');
  await shoot(her, 'an address');
}

/** The machine has no push service of the browser's maker; the browser's answer is given by the story. */
async function switchOn(hands, made, push) {
  await hands.context().grantPermissions(['notifications'], { origin: base });
  await hands.addInitScript(endpoint => {
    let made = null;
    const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer;
    PushManager.prototype.getSubscription = async () => made;
    PushManager.prototype.subscribe = async options => {
      if (!options.userVisibleOnly || options.applicationServerKey.byteLength !== 65)
        throw new Error('no key');
      const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
        'deriveBits',
      ]);
      const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
      const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)));
      const url = value => value.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
      const keys = { p256dh: url(text(raw)), auth: url(text(bytes(btoa('sixteen bytes ..')))) };
      made = {
        endpoint,
        toJSON: () => ({ endpoint, keys }),
        unsubscribe: async () => {
          made = null;
          return true;
        },
      };
      return made;
    };
  }, `${push.url}/phone`);
  await hands.goto('/m');
  await signIn(hands, technician, made.oneTimePassword);
  await hands.goto('/m/me');
  await hands.getByLabel('在这台设备上提醒我').click();
  await until('it is on', async () => (await api(hands, '/account/messages')).push);
  await hands.getByLabel('在这台设备上提醒我').and(hands.locator(':checked')).waitFor();
  await axe(hands, 'notifications');
  await shoot(hands, 'notifications');
}

async function registered(desk, post, community, room) {
  const before = post.letters.length;
  const ticket = await send(desk, 'POST', '/tickets', {
    community,
    roomId: room.id,
    category: 'facilities.water',
    grade: 'C',
    title: '厨房水龙头漏水',
    channel: 'phone',
  });
  await until('she has both letters', () => post.letters.length >= before + 2);
  const [first, second] = post.letters.slice(before);
  same(first.to, 'li@example.com', 'to');
  same(first.subject, `${ticket.number} 已登记`, 'the subject');
  has(first.text, `单号：${ticket.number}`, 'the number');
  has(first.text, '接下来：我们会在', 'the next steps');
  has(first.text, '前办结', 'their times');
  has(first.text, `${base}/r/tickets/${ticket.id}`, 'the link');
  same(second.subject, `${ticket.number} 已派单`, 'the second');
  has(second.text, '张伟 W01', 'who comes');
  return ticket.id;
}

async function arrives(hands, push) {
  await at('2026-03-10T09:01:00+08:00');
  const [call] = await until('his phone is called', () => push.calls.length > 0 && push.calls);
  same(call.path, '/phone', 'the address');
  same(call.headers['content-encoding'], 'aes128gcm', 'encrypted');
  same(call.headers.urgency, 'normal', 'the urgency');
  has(call.headers.authorization, 'vapid t=', 'signed');
  const cdp = await hands.context().newCDPSession(hands);
  const found = new Promise(done =>
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(r => r.scopeURL === `${base}/m` && !r.isDeleted);
      if (own) done(own.registrationId);
    }),
  );
  await cdp.send('ServiceWorker.enable');
  const message = { title: 'BX1 派给您', body: 'C 级 · 给排水', url: '/m/notices', tag: '1', lang: 'zh' };
  const registrationId = await found;
  const deliver = () =>
    cdp.send('ServiceWorker.deliverPushMessage', {
      origin: base,
      registrationId,
      data: JSON.stringify(message),
    });
  // A message for a worker that is just being stopped or started is lost; push services deliver again, and the tag lets the second one replace the first.
  await hands.evaluate(() => navigator.serviceWorker.ready);
  await deliver();
  let sent = performance.now();
  const shown = await until('it is shown', async () => {
    const all = await hands.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/m');
      return (await registration.getNotifications()).map(n => ({
        title: n.title,
        body: n.body,
        lang: n.lang,
      }));
    });
    if (all.length === 0 && performance.now() > sent + 2000) {
      await deliver();
      sent = performance.now();
    }
    return all.length > 0 && all;
  });
  same(shown, [{ title: message.title, body: message.body, lang: 'zh' }], 'the notification');
}

async function seen(desk, id) {
  await desk.goto(`/console/tickets/${id}`);
  await shows(desk.getByTestId('reachable'), '客户可收到：邮件', 'how she is reached');
  const opened = desk.locator('[data-verb="opened"]');
  await shows(opened, '已发邮件', 'that it arrived');
  await axe(desk, 'the timeline');
  await shoot(desk, 'the timeline');
}

async function listed(desk) {
  await desk.goto('/console/settings/messages');
  await desk.getByRole('cell', { name: '已登记' }).waitFor();
  await desk.getByRole('cell', { name: '站内通知' }).waitFor();
  await axe(desk, 'outgoing messages');
  await shoot(desk, 'outgoing messages');
  await desk.getByLabel('渠道').selectOption('push');
  await until(
    'only notifications',
    async () => (await desk.getByRole('cell', { name: '已登记' }).count()) === 0,
  );
  await desk.getByLabel('状态').selectOption('failed');
  await desk.getByText('没有符合条件的消息').waitFor();
}

async function silent(desk, her, post, id) {
  await her.goto('/r/me');
  await her.getByLabel('发邮件到 l***@example.com').click();
  await until('it is off', async () => !(await api(her, '/resident/messages')).mail);
  const before = post.letters.length;
  const arrivalAt = '2026-03-10T15:00:00+08:00';
  await act(desk, id, 'tell', { channel: 'phone', text: '下午三点上门', arrivalAt });
  await at('2026-03-10T09:02:00+08:00');
  same(post.letters.length, before, 'letters after she switched them off');
  await desk.goto(`/console/tickets/${id}`);
  await shows(desk.getByTestId('reachable'), '需电话告知', 'how she is reached now');
}
