// A booked month is put right: notices printed and carried, a wrong price corrected, a home reduced, and the run taken
// back as a whole (BIL-02, BIL-06, BIL-08a, BIL-10). How a month comes to be booked is told by monthoffees.mjs.

import { carried, corrected, printed, reduced } from './delivery.mjs';
import { billed, financeOf, importSheet, setUp } from './house.mjs';
import { api, person, step, story } from './lib.mjs';
import { approve, button } from './money.mjs';

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
