// A resident's phone beside the desk: reported, followed, talked about, judged; and a link for who does not sign in.

import { act, hire, importSheet, setUp, technician } from './house.mjs';
import {
  api,
  axe,
  expect,
  has,
  narrow,
  person,
  phone,
  same,
  send,
  sendFile,
  settled,
  shoot,
  step,
  story,
  told,
  until,
} from './lib.mjs';

expect(/\/api\/v1\/resident\/me\b.*\b401\b/);

/** Whether a recording comes and can be played. */
const plays = async player => {
  await player.waitFor();
  return player.evaluate(
    sound =>
      new Promise(done => {
        sound.onloadeddata = () => done(true);
        sound.onerror = () => done(sound.error?.message ?? 'an error');
        sound.preload = 'auto';
        sound.load();
      }),
  );
};

const button = (page, name) => page.getByRole('button', { name, exact: true });

await story('the resident', async browser => {
  const desk = await person(browser, 'the desk');
  await desk.goto('/console/');
  const { communities } = await setUp(desk);
  const community = communities[0].id;
  await importSheet(desk, community);
  await hire(desk, community, technician, {
    agentNo: 'W01',
    position: '水工',
    skills: ['water', 'home'],
    may: ['ticket.accept', 'ticket.arrive', 'ticket.resolve'],
  });
  const { room } = await api(desk, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const owner = (await api(desk, `/households/${room.id}`)).people.find(p => p.mobiles > 0);
  await send(desk, 'POST', `/rooms/${room.id}/residents`, { customerId: owner.customerId });
  const { code } = await send(desk, 'POST', `/customers/${owner.customerId}/sign-in-code`);
  const { value: mobile } = await send(desk, 'POST', `/customers/${owner.customerId}/reveal`, {
    field: 'mobile',
    index: 0,
  });
  const her = await person(browser, 'the resident', { viewport: phone, touch: true });

  await step('she signs in with the code that the front desk shows', async () => {
    await her.goto('/r');
    await axe(her, 'the sign-in page');
    await narrow(her, 320, 'the sign-in page');
    await her.getByLabel('手机号').fill(mobile);
    await her.getByLabel('验证码').fill(code);
    await button(her, '登录').click();
    await her.getByText('020-00000000').waitFor();
    await axe(her, 'the first screen');
    await narrow(her, 320, 'the first screen');
    await shoot(her, 'the first screen');
  });
  let id = '';
  await step('three taps and a few words: it is reported, and the desk has it', async () => {
    await her.getByRole('link', { name: '报修' }).click();
    await button(her, '提交').click();
    await her.getByText('请写几个字、拍一张照片，或录一段话。').waitFor();
    await her.getByLabel('说说情况').fill('厨房水龙头漏水');
    await button(her, '录音').click();
    await button(her, /^停止 0:0[1-9]/).click();
    await button(her, '录音').waitFor();
    await axe(her, 'the report');
    await narrow(her, 320, 'the report');
    await shoot(her, 'the report');
    await button(her, '提交').click();
    await her.getByText('我登记了事项').waitFor();
    same(await plays(her.getByLabel(/^语音 /)), true, 'she hears herself');
    id = her.url().split('/').pop();
    const seen = await api(desk, `/tickets/${id}`);
    same(seen.channel, 'app', 'the channel');
    same(seen.title, '厨房水龙头漏水', 'the title');
    await desk.goto(`/console/tickets/${id}`);
    same(await plays(desk.getByLabel(/^语音 /)), true, 'the desk hears her');
    await axe(desk, 'a voice at the desk');
    same(seen.owner.name.length > 0 && seen.owner.name !== 'resident', true, 'somebody answers for it');
    await shoot(desk, 'a voice at the desk');
  });
  await step('what she writes is on the desk at once, and a notice says so', async () => {
    await until('it is given to somebody', async () => (await api(desk, `/tickets/${id}`)).assignee);
    await desk.goto(`/console/tickets/${id}`);
    await button(her, '留言').click();
    await her.getByLabel('想说的话').fill('下午在家，门铃坏了');
    await button(her, '发送').click();
    await her.getByText('我留言：下午在家，门铃坏了').waitFor();
    await axe(her, 'the matter');
    await narrow(her, 320, 'the matter');
    await desk.getByText('留言：下午在家，门铃坏了').waitFor();
    await shoot(her, 'the matter');
  });
  await step('it is done; she says it is not settled, and it is taken up again', async () => {
    await finish(desk, id);
    await until('she sees what was done', async () => {
      await her.reload();
      await settled(her);
      return her.getByText('换了阀芯').first().isVisible();
    });
    await button(her, '没解决').click();
    await her.getByLabel('还有什么没解决').fill('还在滴');
    await button(her, '请再处理').click();
    await her.getByText('我留言：还在滴').waitFor();
    same((await api(desk, `/tickets/${id}`)).reopened, 1, 'how often it was opened again');
  });
  await step('now it is settled; she rates it in the app', async () => {
    await finish(desk, id);
    await until('it waits to be rated', async () => {
      await her.reload();
      await settled(her);
      return button(her, '评价').isVisible();
    });
    await button(her, '评价').click();
    const form = her.getByRole('form', { name: '服务评价' });
    const pick = (group, value) =>
      form.getByRole('radiogroup', { name: group }).getByRole('radio', { name: value, exact: true }).check();
    await pick('彻底解决了吗？', '解决了');
    for (const side of ['服务态度', '处理速度', '处理效果']) await pick(side, '5 分');
    await axe(her, 'the rating');
    await narrow(her, 320, 'the rating');
    await button(her, '提交评价').click();
    await her.getByText('感谢您的评价').waitFor();
    same((await api(desk, `/tickets/${id}`)).rating, 5, 'the rating');
  });
  await step('what came back is reported anew, and refers to what ended', () => again(desk, her, id));
  await step('a picture that gets lost on the way is told of, and she reports once', () => lost(her));
  await step('another follow-up leads to a new ticket and a promised answer', () =>
    call(desk, community, room),
  );
  await step('who gets a link rates without signing in, once', () => byLink(desk, browser, community, room));
  await step('the figures and the rules of follow-ups', async () => {
    await desk.goto('/console/followups/figures?from=2026-01-01&to=2027-12-31&by=rule');
    await desk.getByRole('row', { name: /合计/ }).waitFor();
    await axe(desk, 'the figures');
    await desk.goto('/console/followups/rules');
    await desk.getByLabel('报修办结后').fill('0');
    await button(desk, '保存').click();
    await desk.getByText('请填 1 到 999 的整数。').waitFor();
    await desk.getByLabel('报修办结后').fill('48');
    await button(desk, '保存').click();
    await told(desk, '已保存');
    await axe(desk, 'the rules');
  });
  await step(
    'the side of a fee is proposed; a session that ends meanwhile takes nothing of what is typed',
    () => side(desk, her, owner.customerId, mobile),
  );
});

/** TIC-01a, TIC-12: proposed and taken, never set by itself. */
async function side(desk, her, customer, mobile) {
  await her.goto('/r/report?kind=inquiry');
  await her.getByLabel('说说情况').fill('停车费这个月是怎么算的');
  const chosen = her.getByLabel('哪一方面（可不选）');
  await button(her, '看起来是“计算”，点这里选上').waitFor();
  same(await chosen.inputValue(), '', 'nothing is set by itself');
  await axe(her, 'a proposed side');
  await shoot(her, 'a proposed side');
  await button(her, '看起来是“计算”，点这里选上').click();
  same(await chosen.inputValue(), 'calculation', 'what she took');
  await button(her, '录音').click();
  await button(her, /^停止 0:0[1-9]/).click();
  await button(her, '录音').waitFor();
  expect(/\b401\b/);
  await her.context().clearCookies();
  await button(her, '提交').click();
  await her.getByLabel('手机号').fill(mobile);
  const { code } = await send(desk, 'POST', `/customers/${customer}/sign-in-code`);
  await her.getByLabel('验证码').fill(code);
  await button(her, '登录').click();
  same(await her.getByLabel('说说情况').inputValue(), '停车费这个月是怎么算的', 'what she typed before');
  await button(her, '提交').click();
  await her.getByText('我登记了事项').waitFor();
  same(await plays(her.getByLabel(/^语音 /)), true, 'what she said before is there too');
  const seen = await api(desk, `/tickets/${her.url().split('/').pop()}`);
  same([seen.category, seen.facet], ['fees.parking', 'calculation'], 'what the desk has');
}

/** The administrator does what the technician would. */
async function finish(desk, id) {
  await until('it is given to somebody', async () => {
    const now = await api(desk, `/tickets/${id}`);
    return now.assignee && now.status === 'dispatched';
  });
  for (const verb of ['accept', 'arrive', 'start']) await act(desk, id, verb);
  await sendFile(desk, `/tickets/${id}/photos?kind=after`, process.env.PHOTO);
  await act(desk, id, 'resolve', { cause: '阀芯老化', remedy: '换了阀芯' });
}

/** While pictures are on their way nothing can be sent again; one that does not arrive is missing on the page, in words. */
async function lost(her) {
  expect(/\/photos\b.*\b503\b/);
  let answer = () => undefined;
  await her.route(/\/resident\/tickets\/[^/]+\/photos$/, async route => {
    await new Promise(done => {
      answer = done;
    });
    await route.fulfill({ status: 503, body: '' });
  });
  await her.goto('/r/report?kind=suggestion');
  await her.getByLabel('说说情况').fill('中庭长椅掉漆');
  await her.getByLabel('拍照').setInputFiles(Array(10).fill(process.env.PHOTO));
  await her.getByText('最多 9 件，多出的没有加上。').waitFor();
  for (let n = 9; n > 1; n--) await her.getByRole('button', { name: `去掉第 ${n} 张照片` }).click();
  await her.getByRole('button', { name: '去掉第 1 张照片' }).waitFor();
  const sent = her.waitForRequest(/\/photos$/);
  await button(her, '提交').click();
  await sent;
  same(await button(her, '正在提交…').isDisabled(), true, 'nothing more can be sent meanwhile');
  answer();
  await her.getByText('有 1 份照片或录音没有传上').waitFor();
  await axe(her, 'a lost picture');
  await shoot(her, 'a lost picture');
  await her.unroute(/\/resident\/tickets\/[^/]+\/photos$/);
  const { items } = await api(
    her,
    `/resident/tickets?room=${(await api(her, '/resident/rooms')).items[0].roomId}&open=true`,
  );
  same(items.filter(m => m.title.includes('长椅')).length, 1, 'how often it was reported');
}

/** The phone takes its time to say where it is: until the story calls `answer`. */
async function slowly(page) {
  await page.evaluate(() => {
    const real = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
    navigator.geolocation.getCurrentPosition = (...asked) => {
      globalThis.answer = () => real(...asked);
    };
  });
}

/** TIC-04, TIC-01: an archived matter is not opened again; a new one refers to it, with the place where the phone is. */
async function again(desk, her, id) {
  await act(desk, id, 'archive');
  await until('she may report it anew', async () => {
    await her.reload();
    await settled(her);
    return button(her, '同一个问题又出现了').isVisible();
  });
  await button(her, '同一个问题又出现了').click();
  await her.getByText(/同一个问题又出现了：/).waitFor();
  const words = her.getByLabel('说说情况');
  same(await words.inputValue(), '厨房水龙头漏水', 'what was told before');
  await words.fill('楼下水管井漏水');
  same(await her.getByLabel(/附上手机位置/).count(), 0, 'nobody asks where a home is');
  await her.getByRole('switch', { name: '不在家里，在公共区域' }).check();
  await her.getByLabel('在哪里').fill('一楼水管井');
  await her.context().grantPermissions(['geolocation']);
  await her.context().setGeolocation({ latitude: 22.543096, longitude: 114.057865 });
  await slowly(her);
  await her.getByLabel(/附上手机位置/).check();
  await her.getByText('正在取得位置…').waitFor();
  await her.evaluate(() => globalThis.answer());
  await her.getByText('已取得，随报事一起发送。').waitFor();
  same(await her.getByLabel(/附上手机位置/).isChecked(), true, 'the switch stays as she set it');
  await axe(her, 'reported anew');
  await shoot(her, 'reported anew');
  await button(her, '提交').click();
  await her.getByText('我登记了事项').waitFor();
  const made = await api(desk, `/tickets/${her.url().split('/').pop()}`);
  same(made.earlier.id, id, 'the matter that it takes up');
  same([made.position.latitude, made.position.longitude], [22543096, 114057865], 'where it is');
  await desk.goto(`/console/tickets/${made.id}`);
  await desk.getByText('22.543096, 114.057865').waitFor();
  await axe(desk, 'where it is');
  await shoot(desk, 'where it is');
}

async function done(desk, community, room, title) {
  const made = await send(desk, 'POST', '/tickets', {
    community,
    roomId: room.id,
    category: 'facilities.water',
    grade: 'C',
    title,
    channel: 'phone',
  });
  await finish(desk, made.id);
  return until('it is to be followed up', async () =>
    (await api(desk, `/followups?community=${community}&state=due`)).items.find(f => f.ticketId === made.id),
  );
}

async function call(desk, community, room) {
  const due = await done(desk, community, room, '阳台地漏返水');
  await desk.goto(`/console/followups?state=due&open=${due.id}`);
  const form = desk.getByRole('form', { name: '回访记录' });
  const pick = (group, value) =>
    form.getByRole('radiogroup', { name: group }).getByRole('radio', { name: value, exact: true }).check();
  await pick('彻底解决了吗', '解决了');
  for (const side of ['态度', '速度', '效果']) await pick(side, '4.5');
  await pick('准时到达', '做到');
  await form.getByLabel('客户另有新事项，登记成工单').check();
  await form.getByLabel('不能当场答复，约定答复时间').check();
  await button(desk, '完成回访').click();
  await form.getByText('请写明客户要什么。').waitFor();
  await form.getByLabel('新事项', { exact: true }).fill('楼道灯不亮');
  await form.getByLabel('答复时间', { exact: true }).fill('2026-03-10T18:00');
  await form.getByLabel('答复什么', { exact: true }).fill('物业费减免');
  await axe(desk, 'the follow-up');
  await button(desk, '完成回访').click();
  await told(desk, '回访已记录，评 4.5 分');
  const said = await api(desk, `/followups/${due.id}`);
  same((await api(desk, `/tickets/${said.nextTicketId}`)).title, '楼道灯不亮', 'the new ticket');
  const calls = (await api(desk, `/reminders?community=${community}&view=all`)).items;
  has(JSON.stringify(calls), '物业费减免', 'the promised answer');
  await desk.goto(`/console/followups/${due.id}/sheet`);
  await desk.getByText('客户签字').waitFor();
  await axe(desk, 'the sheet');
}

async function byLink(desk, browser, community, room) {
  const due = await done(desk, community, room, '马桶堵塞');
  await desk.goto(`/console/followups?state=due&open=${due.id}`);
  await button(desk, '生成问卷链接').click();
  const address = await desk.getByLabel('发给客户，打开就能评价').inputValue();
  const he = await person(browser, 'somebody with a link', { viewport: phone, touch: true });
  await he.goto(new URL(address).pathname);
  await he.getByText('马桶堵塞').waitFor();
  await axe(he, 'the rating page');
  await button(he, '提交评价').click();
  await he.getByText('请选一项。').first().waitFor();
  const pick = (group, value) =>
    he.getByRole('radiogroup', { name: group }).getByRole('radio', { name: value, exact: true }).check();
  await pick('彻底解决了吗？', '解决了');
  for (const side of ['服务态度', '处理速度', '处理效果']) await pick(side, '4 分');
  await button(he, '提交评价').click();
  await he.getByText('感谢您的评价').waitFor();
  await he.reload();
  await he.getByText('这次评价已经完成').waitFor();
  await he.close();
}
