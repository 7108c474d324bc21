// What stories about money share.
import { axe, shoot } from './lib.mjs';

export const button = (page, name) => page.getByRole('button', { name });

/** Looks at a page for what axe finds, and keeps a picture where pictures are wanted. */
export const seen = async (page, name) => {
  await axe(page, name);
  if (process.env.SHOTS) await shoot(page, name);
};

/** Agrees on the page of requests to what waits there first. */
export async function approve(finance, look = () => undefined) {
  await finance.goto('/console/approvals');
  await finance.getByTestId('approval-row').first().click();
  await look();
  await button(finance, '同意').and(finance.locator('[type=submit]')).click();
  await finance.getByText('已同意').first().waitFor();
}

/** Finds a household at the desk by keyboard alone; what is there to be seen then is its bills, unless something else is named. */
export async function find(page, label, then = page.getByRole('table', { name: '应收明细' })) {
  await page.goto('/console/cashier');
  await page.getByRole('searchbox').fill(label);
  await page.getByTestId('hit').first().waitFor();
  await page.keyboard.press('Enter');
  await then.waitFor();
}
