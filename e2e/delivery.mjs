// Bills go out and are put right: steps of the month of fees (BIL-08, BIL-08a, BIL-10).

import { hire, signIn, technician } from './house.mjs';
import {
  api,
  counts,
  expect,
  first,
  person,
  phone,
  pick,
  same,
  settled,
  shoot,
  told,
  until,
} from './lib.mjs';

const button = (page, name) => page.getByRole('button', { name });

/** Nobody of the house can be reached, so that all is printed as one document. */
export async function printed(page, run) {
  await page.goto(`/console/bill-runs/${run}`);
  await button(page, '发送账单通知').click();
  await page.waitForURL(/\/bill-notices\//); // the page of the run has the same heading
  await page.getByRole('heading', { name: '账单通知', exact: true }).waitFor();
  const batch = await until('all is to be printed', async () => {
    const c = await api(page, `/bill-notices/counts?batch=${run}`);
    return c.batch?.state === 'sent' && !c.by.waiting && c;
  });
  await page.reload();
  await settled(page);
  await shoot(page, 'notices of the run');
  await page.getByRole('link', { name: '打印全部' }).click();
  await counts(page.getByTestId('sheet'), batch.by.print, 'sheets');
  await page.getByTestId('sheet').first().getByText('12345 / 12315').waitFor();
  await shoot(page, 'notices to print');
  await page.emulateMedia({ media: 'print' });
  await shoot(page, 'notices on paper');
  await page.emulateMedia({ media: null });
  await page.evaluate(() => {
    window.print = () => undefined;
  });
  await button(page, '打印').click();
  await button(page, '都打印好了').click();
  await told(page, '已登记为打印');
  await page.getByRole('heading', { name: '账单通知', exact: true }).waitFor();
  same((await api(page, `/bill-notices/counts?batch=${run}`)).by.print ?? 0, 0, 'left to print');
}

/** The technician carries a building's notices; the second door has no network. */
export async function carried(page, browser, community) {
  const made = await hire(page, community, technician, {
    agentNo: '532',
    skills: ['water'],
    position: '维修技工',
    may: ['ticket.accept', 'bill.deliver'],
  });
  await page.reload();
  const form = page.getByRole('form', { name: '安排送达' }).first();
  await pick(form.getByLabel('送达人'), technician.name);
  await form.getByRole('button').click();
  await told(page, `已安排 ${technician.name} 送达`);
  const round = (await api(page, `/bill-rounds?community=${community}`)).items[0];
  const hands = await person(browser, 'the technician', { viewport: phone, touch: true });
  await hands.goto('/m');
  await signIn(hands, technician, made.oneTimePassword);
  await hands.goto('/m');
  await hands.getByTestId('round').click();
  await hands.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await hands.reload();
  await settled(hands);
  const doors = hands.getByTestId('door');
  await counts(doors, round.notices, 'doors');
  same(await button(doors.first(), '投入信箱').isDisabled(), true, 'without a picture');
  await shoot(hands, 'the round on the phone');
  await doors.first().getByLabel(/拍照/).setInputFiles(process.env.PHOTO);
  await button(doors.first(), '投入信箱').click();
  await until(
    'the first door is done',
    async () => (await api(page, `/bill-rounds/${round.id}`)).left === round.notices - 1,
  );
  await doors.first().getByText('投入信箱', { exact: true }).waitFor();
  await settled(hands);
  expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|FetchEvent|network error/);
  await hands.context().setOffline(true);
  await hands.reload();
  await doors.nth(1).getByLabel(/拍照/).setInputFiles(process.env.PHOTO);
  await button(doors.nth(1), '没遇到人').click();
  await doors.nth(1).getByText('已存在手机里').first().waitFor();
  same((await api(page, `/bill-rounds/${round.id}`)).left, round.notices - 1, 'what the desk knows');
  await shoot(hands, 'the round without a network');
  await hands.context().setOffline(false);
  const now = await until('what waited is sent', async () => {
    const r = await api(page, `/bill-rounds/${round.id}`);
    return r.missed === 1 && r;
  });
  same(now.doors[1].visits[0].photos.length, 1, 'pictures of the second door');
  await hands.context().close();
  await page.goto(`/console/bill-rounds/${round.id}`);
  await page.getByText('投入信箱').first().waitFor();
  await page.getByText('1 次未遇').first().waitFor();
  await settled(page);
  await shoot(page, 'the round on the desk');
}

/** The price was 2.80 and should have been 2.50: seen line by line, approved by finance, both bills stay. */
export async function corrected(page, approve, room) {
  await page.goto('/console/bill-fixes');
  await page.getByText('没有更正过账单').waitFor();
  await button(page, '先算算看').click();
  await page.getByText('请填写这一项').first().waitFor();
  const form = page.getByRole('form', { name: '发起更正' });
  await pick(form.getByRole('combobox'), '物业费');
  await page.getByLabel('账单上的单价').fill('2.80');
  await page.getByLabel('正确的单价').fill('2.50');
  await page.getByLabel('更正说明').fill('单价录错');
  await page.getByLabel('依据（文件名称和编号）').fill('备案2026-3');
  await button(page, '先算算看').click();
  await page.getByText('已算出').waitFor();
  await page.getByText('× 2.5').first().waitFor();
  await settled(page);
  await page.getByLabel('上传图片或 PDF').setInputFiles(process.env.PHOTO);
  await page.getByRole('link', { name: /^图片/ }).waitFor();
  await shoot(page, 'what a correction changes');
  await button(page, '提交审批').click();
  await page.getByText('待审批').first().waitFor();
  await approve();
  const id = page.url().split('/').pop();
  await until('it is booked', async () => (await api(page, `/bill-fixes/${id}`)).state === 'done');
  await page.reload();
  await page.getByText('已更正').first().waitFor();
  await page.goto(`/console/bills/${room.id}`);
  await page.getByText('已冲销').first().waitFor();
  await settled(page);
  await shoot(page, 'old and new bill');
  const lines = (await api(page, `/rooms/${room.id}/bills`)).items.filter(l => l.itemName === '物业费');
  same(
    lines.map(l => [l.price, Boolean(l.reversedAt)]).sort(),
    [
      ['2.5', false],
      ['2.8', true],
    ],
    'both bills',
  );
}

/** An empty home is reduced once it was looked at and finance agreed (BIL-02). */
export async function reduced(page, approve, community, room) {
  await page.goto('/console/discounts');
  await page.getByText('还没有减免').waitFor();
  const rules = page.getByRole('form', { name: '减免设置' });
  await rules.getByLabel('空置减免比例（%）').fill('30');
  await rules.getByRole('button', { name: '保存' }).click();
  await told(page, '已保存');
  const form = page.getByRole('form', { name: '申请减免' });
  await form.getByLabel('房屋').fill('3-2-1502');
  await first(form.getByRole('combobox').nth(1));
  await form.getByLabel('从账期').fill('2026-04');
  await form.getByLabel('到账期').fill('2026-06');
  await form.getByLabel('原因和证明').fill('未入住');
  await form.getByRole('button', { name: '提交申请' }).click();
  await told(page, '请安排上门核查');
  await button(page, '登记核查').click();
  await page.getByLabel('核查情况').fill('水电无用量');
  await button(page, '登记并提交审批').click();
  await told(page, '由另一人审批');
  await approve();
  await until('it is approved', async () => {
    const all = await api(page, `/discounts?community=${community}&room=${room.id}`);
    return all.items[0]?.state === 'approved';
  });
  await page.reload();
  await page.getByText('已批准').waitFor();
  await settled(page);
  await shoot(page, 'reductions');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'reductions, dark');
  await page.goto('/console/bill-rounds');
  await page.getByText('通知设置').first().waitFor();
  await settled(page);
  await shoot(page, 'rounds and settings, dark');
  await page.emulateMedia({ colorScheme: 'light' });
}
