// A booked month is put right: notices printed and carried, a wrong price corrected, a home reduced, and the run taken
// back as a whole (BIL-02, BIL-06, BIL-08a, BIL-10, CUS-07). How a month comes to be booked is told by monthoffees.mjs.

import { carried, corrected, printed, reduced } from './delivery.mjs';
import { billed, financeOf, importSheet, setUp } from './house.mjs';
import { api, counts, person, send, shows, step, story } from './lib.mjs';
import { approve, button, find } from './money.mjs';

await story('a booked month is put right', async browser => {
  const page = await person(browser, 'administrator');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  const community = communities[0].id;
  await importSheet(page, community);
  const { room } = await api(page, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const finance = await financeOf(browser, page, community);
  const [run] = await step('a month is booked', () =>
    billed(page, finance, community, { price: '2.80', months: ['2026-03'] }),
  );
  await step('what was owed before is brought in: a wrong sum is refused, somebody else says yes', () =>
    owing(page, finance, community),
  );
  await step('the notices go out: nobody is reached, all is printed', () => printed(page, run));
  await step('a technician carries them, without a network too', () => carried(page, browser, community));
  await step('a wrong price is put right: old and new bill stand beside each other', () =>
    corrected(page, () => approve(finance), room),
  );
  await step('an empty home is reduced after it was looked at', () =>
    reduced(page, () => approve(finance), community, room),
  );
  await step('the run is taken back as a whole', () => cancel(page, finance, run, room));
});

/** Arrears of the time before: a sum that is not that of the rows refuses the table and says both (CUS-07). */
async function owing(page, finance, community) {
  const upload = async file => {
    await page.goto('/console/imports');
    await page.getByLabel('选择 Excel 文件').setInputFiles(file);
    await page.getByTestId('import-figures').waitFor();
  };
  await upload(process.env.OPENING_BAD);
  const mistakes = page.getByTestId('import-errors').locator('tbody tr');
  await counts(mistakes, 1, 'mistakes');
  await shows(mistakes.first(), '合计写的是 366.50 元，各行加起来是 356.50 元', 'the sum that is wrong');
  await counts(button(page, '提交审批'), 0, 'a way to bring in a wrong sum');
  await upload(process.env.OPENING_SHEET);
  await button(page, '提交审批').click();
  await page.getByText('待另一人审批').first().waitFor();
  await approve(finance, () => finance.getByText('356.50').first().waitFor());
  await page.getByText('已全部写入').waitFor();
  await send(page, 'POST', '/cashier-shifts', { community, opening: '100.00' });
  await find(page, '3-2-1501');
  const due = page.getByRole('table', { name: '应收明细' });
  await due.getByText('256.50').first().waitFor();
  await due.getByText('100.00').first().waitFor();
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
