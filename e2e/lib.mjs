// What every story needs: a browser, people in it, steps with names, and eyes for what must never happen.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
// 1.65 asks of Firefox what the one with extended support does not know.
import { firefox } from 'playwright-firefox';

const need = name => process.env[name] || fail(`${name} is not set: run the stories through make test`);
const fail = text => {
  throw new Error(text);
};

export const base = need('BASE_URL');
export const control = need('CONTROL_URL');
export const setupCode = process.env.SETUP_CODE ?? '';
export const out = process.env.OUT ?? 'out';
export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const findings = [];
const pages = new Map();
let shots = 0;

/** The other engine, Firefox, plays some of the stories too (FAC-04). */
export const other = process.env.BROWSER === 'firefox';

const launch = () =>
  other
    ? firefox.launch({
        channel: 'moz-firefox', // Debian's, which needs no build of its own
        executablePath: need('FIREFOX'),
        firefoxUserPrefs: {
          'media.navigator.streams.fake': true,
          'media.navigator.permission.disabled': true,
          'browser.safebrowsing.downloads.enabled': false,
          'network.captive-portal-service.enabled': false,
          'network.connectivity-service.enabled': false,
        },
      })
    : chromium.launch({
        executablePath: need('CHROMIUM'),
        // The operating system's network chatter off: the machine may have none, and a test should cause none.
        args: [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          // A microphone that beeps, and nobody who has to allow it.
          '--use-fake-device-for-media-stream',
          '--use-fake-ui-for-media-stream',
        ],
      });

/** Runs a story, prints its steps, and leaves the process with what it was worth. */
export async function story(title, tell) {
  console.log(`# ${title}`);
  const browser = await launch();
  let bad = false;
  try {
    await tell(browser);
  } catch (error) {
    bad = true;
    console.log(`FAILED ${error.stack ?? error}`);
    for (const [page, name] of pages) await shoot(page, `failed-${name}`);
  } finally {
    await browser.close();
  }
  for (const finding of findings) console.log(`FAILED ${finding}`);
  if (bad || findings.length) process.exit(1);
}

/** One sentence of the story. */
export async function step(text, act) {
  const started = performance.now();
  const result = await act();
  console.log(`ok  ${text} (${Math.round(performance.now() - started)} ms)`);
  return result;
}

/** A person with a device of their own. */
export async function person(
  browser,
  name,
  { viewport = desktop, scheme = 'light', lang = 'zh', touch = false } = {},
) {
  const context = await browser.newContext({
    baseURL: base,
    viewport,
    colorScheme: scheme,
    locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
    // The clock that people see is the community's; that of their devices says nothing.
    timezoneId: 'America/New_York',
    hasTouch: touch,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  // Short of the 20 seconds after which the phone tries again by itself: that would hide a lost moment.
  context.setDefaultTimeout(18_000);
  // An empty page has no storage.
  await context.addInitScript(lang => origin === 'null' || localStorage.setItem('gj:lang', lang), lang);
  // Playwright fills a field of this engine in a way that React takes for its own writing, and does not hear.
  if (other)
    await context.addInitScript(() =>
      addEventListener('input', e => e.isTrusted || e.target._valueTracker?.setValue('\0'), true),
    );
  const page = await context.newPage();
  // A browser so many times slower than this machine's shows what a busy one would only show now and then.
  if (process.env.SLOW && !other)
    await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', {
      rate: +process.env.SLOW,
    });
  pages.set(page, name);
  page.on('close', () => pages.delete(page));
  watch(page, name);
  return page;
}

// A signed-out face asks who it is and is told 401; the browser writes that to the console, and it is no mistake.
const expected = [/\/api\/v1\/session\b.*\b401\b/];

/** The statuses a story provokes on purpose; the browser reports each as an error. */
export function expect(pattern) {
  expected.push(pattern);
}

const inFlight = new WeakMap();

/** Waits until the page has what it asked for and has drawn it; the live stream, which never ends, does not count. */
export async function settled(page) {
  await page.waitForLoadState('load');
  await until('the page is quiet', async () => {
    if (inFlight.get(page).size > 0) return false;
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    return inFlight.get(page).size === 0;
  });
}

function watch(page, name) {
  const open = new Set();
  inFlight.set(page, open);
  page.on('request', request => {
    if (!new URL(request.url()).pathname.endsWith('/live')) open.add(request);
  });
  // With a new document what the old one asked for is over, and nobody may say so.
  page.on('response', response => {
    const begun = response.request();
    if (begun.isNavigationRequest() && begun.frame() === page.mainFrame())
      for (const request of open) if (request !== begun) open.delete(request);
  });
  page.on('requestfinished', request => open.delete(request));
  page.on('requestfailed', request => open.delete(request));
  const note = text => {
    if (!expected.some(pattern => pattern.test(text))) findings.push(`${name}: ${text}`);
  };
  page.on('console', message => {
    if (message.type() === 'error') note(`console at ${message.location().url}: ${message.text()}`);
  });
  page.on('pageerror', error => note(`exception: ${error.stack ?? error}`));
  page.on('response', response => {
    if (response.status() >= 500)
      note(`${response.request().method()} ${response.url()} answered ${response.status()}`);
  });
}

/** Fails on what axe calls serious or critical; returns how many rules passed, so that none cannot pass as good. */
export async function axe(page, where, options = {}) {
  const has = await page.evaluate(() => 'axe' in window);
  if (!has) await page.evaluate(axeSource);
  const found = await page.evaluate(async options => {
    // A style that is still changing, if only for one frame, is not what anybody sees: a hidden thing counts as shown.
    await Promise.all(
      document
        .getAnimations()
        .filter(a => a.effect?.getComputedTiming().endTime !== Infinity)
        .map(a => a.finished.catch(() => {})),
    );
    const result = await window.axe.run(document, { resultTypes: ['violations'], ...options });
    return {
      passes: result.passes.length,
      violations: result.violations
        .filter(v => v.impact === 'serious' || v.impact === 'critical')
        .map(
          v =>
            `${v.impact} ${v.id}: ${v.help}\n      ${v.nodes
              .slice(0, 5)
              .map(
                n =>
                  `${n.target.join(' ')}  ${n.html.slice(0, 160)}  ${n.any.map(a => a.message).join('; ')}`,
              )
              .join('\n      ')}`,
        ),
    };
  }, options);
  if (!found.passes) findings.push(`${where}: axe looked at nothing`);
  for (const violation of found.violations) findings.push(`${where}: ${violation}`);
  if (found.violations.length) await shoot(page, `axe-${where}`);
  return found.violations.length;
}

/**
 * Fails on what sticks out of a narrow screen: tables, plans and rows of tabs may scroll within themselves, a page may not,
 * and nothing may be cut off, also for who has the keyboard only.
 */
export async function narrow(page, width, where) {
  const before = page.viewportSize();
  await page.setViewportSize({ ...before, width });
  const out = await page.evaluate(() => {
    const whole = 'html, body, .app, .stage, main, .page, .page-body, .screen, .pane, .pane .body, .scroll';
    const held = el => {
      for (let up = el.parentElement; up && up !== document.body; up = up.parentElement) {
        const { overflowX, position } = getComputedStyle(up);
        if (overflowX !== 'visible' && !up.matches(whole)) return true;
        if (position === 'fixed') return false;
      }
      return false;
    };
    const sides = el => el.getBoundingClientRect();
    return [...document.querySelectorAll('body *')]
      .filter(
        el => el.checkVisibility() && sides(el).width > 1 && sides(el).right > innerWidth + 1 && !held(el),
      )
      .slice(0, 3)
      .map(
        el => `${el.tagName.toLowerCase()}.${[...el.classList].join('.')} to ${Math.round(sides(el).right)}`,
      );
  });
  if (out.length) {
    findings.push(`${where} at ${width} px: ${out.join(', ')}`);
    if (process.env.SHOTS) await shoot(page, `narrow-${where}`);
  }
  // Colours do not depend on the width, and take most of the time.
  await axe(page, `${where} at ${width} px`, { rules: { 'color-contrast': { enabled: false } } });
  await page.setViewportSize(before);
}

export async function shoot(page, name) {
  await mkdir(out, { recursive: true });
  const file = join(out, `${String(++shots).padStart(2, '0')}-${name.replace(/[^\w-]+/g, '_')}`);
  try {
    await page.screenshot({ path: `${file}.png` });
    await writeFile(`${file}.txt`, `${page.url()}\n\n${await page.locator('body').innerText()}\n`);
    console.log(`    seen: ${file}.png`);
  } catch (error) {
    console.log(`    no picture of ${name}: ${error.message}`);
  }
}

/** Moves the program's clock and wakes its jobs; returns when those due have run. */
export async function at(instant) {
  const answer = await fetch(`${control}/clock`, { method: 'POST', body: JSON.stringify({ at: instant }) });
  if (!answer.ok) fail(`clock: ${answer.status} ${await answer.text()}`);
}

/** Waits until look() gives something true; the page is asked again, nobody sleeps. */
export async function until(what, look, seconds = 18) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const got = await look();
    if (got) return got;
    if (performance.now() > end) fail(`still not: ${what}`);
    await new Promise(resolve => setImmediate(resolve));
  }
}

export function same(got, want, what) {
  if (JSON.stringify(got) !== JSON.stringify(want))
    fail(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

export function has(text, part, what) {
  if (!text.includes(part)) fail(`${what}: no ${JSON.stringify(part)} in ${JSON.stringify(text)}`);
}

/** Waits until a place on the page holds these words: what was stored a moment ago may not have come back to the screen yet. */
export const shows = (locator, part, what) =>
  until(`${what}: ${JSON.stringify(part)}`, async () =>
    (await locator.innerText()).replace(/\s+/g, ' ').includes(part),
  );

/** Waits until the page has that many of them, for the same reason. */
export const counts = (locator, want, what) =>
  until(`${what}: ${want}`, async () => (await locator.count()) === want);

/** Types into a list that is searched, and takes what then stands first: the list may still be on its way. */
export const pick = (box, text, shown = text) => choose(box, shown, box => box.fill(text));

/** Takes what stands first in a list that is not searched. */
export const first = box => choose(box, '', box => box.press('ArrowDown'));

/** Chooses in a list as somebody without a mouse does, also one that begins at what is chosen already. */
export async function reach(box, text) {
  const open = box.page().locator('.ant-select-dropdown:visible');
  const active = open.locator('.ant-select-item-option-active');
  await box.focus();
  await until(`“${text}” is chosen`, async () => {
    if ((await open.count()) === 0) await box.press('ArrowDown');
    await open.locator('.ant-select-item-option', { hasText: text }).waitFor(); // what can be chosen may come from the server
    await until(`“${text}” is reached`, async () => {
      if ((await active.count()) && (await active.innerText()).includes(text)) return true;
      await box.press('ArrowDown');
    });
    await box.press('Enter');
    return shown(box, text);
  });
}

async function choose(field, text, open) {
  const page = field.page();
  const box = field.and(page.getByRole('combobox')); // its list has the same name
  await until(`“${text}” is chosen`, async () => {
    await open(box);
    const active = page.locator('.ant-select-item-option-active').filter({ visible: true, hasText: text });
    // A list that was closed under the hand, by a form that shows what it refuses, is opened again.
    const words = await active.innerText({ timeout: 2000 }).then(
      words => words.trim(),
      () => undefined,
    );
    if (words === undefined) return console.log(`    “${text}” is not on offer yet`);
    await box.press('Enter');
    // The list is drawn some frames behind the key: one that came too early for it chose nothing.
    return shown(box, words);
  });
}

const shown = (box, words) =>
  chosen(box, words, 2).then(
    () => true,
    () => false,
  );

/** Waits until a list that can be closed shows these words as what was chosen. */
export const chosen = (box, words, seconds) =>
  until(
    `“${words}” is chosen`,
    () => box.evaluate((el, words) => el.closest('.ant-select')?.innerText.includes(words), words),
    seconds,
  );

/** Draws something across a pad, wherever it is by then: what comes in above it moves it. */
export async function draw(pad) {
  await pad.scrollIntoViewIfNeeded();
  const { width, height } = await pad.boundingBox();
  const to = (h, v) => pad.hover({ position: { x: width * h, y: height * v } });
  await to(0.2, 0.6);
  await pad.page().mouse.down();
  await to(0.35, 0.3);
  await to(0.5, 0.7);
  await to(0.8, 0.4);
  await pad.page().mouse.up();
}

/** Waits for the notice that something was done: the same words may stand elsewhere on the page by then. */
export async function told(page, text) {
  // One that was waited for before may still be there, with the same words.
  const toast = page.locator('.toast:not([data-told])').filter({ hasText: text });
  await toast.waitFor();
  await toast.evaluate(e => {
    e.dataset.told = '';
  });
}

/** Asks the API as the person signed in on the page: what the screen shows is checked against what is stored. */
export async function api(page, path, { method = 'GET', body, headers = {} } = {}) {
  const response = await page.request.fetch(`${base}/api/v1${path}`, {
    method,
    headers: { 'Accept-Language': 'zh-CN', ...headers },
    ...(body === undefined ? {} : { data: body }),
  });
  if (!response.ok()) fail(`${method} ${path}: ${response.status()} ${await response.text()}`);
  return response.status() === 204 ? undefined : response.json();
}

/** Sends a file as a form does. */
export async function sendFile(page, path, file) {
  const { csrf } = await api(page, '/session');
  const response = await page.request.post(`${base}/api/v1${path}`, {
    headers: { 'X-CSRF-Token': csrf, 'Idempotency-Key': crypto.randomUUID() },
    multipart: { file: { name: 'file.png', mimeType: 'image/png', buffer: await readFile(file) } },
  });
  if (!response.ok()) fail(`POST ${path}: ${response.status()} ${await response.text()}`);
  return response.json();
}

/** Like api(), with the CSRF token and a key of its own. */
export async function send(page, method, path, body, headers = {}) {
  const { csrf } = await api(page, '/session');
  return api(page, path, {
    method,
    body,
    headers: { 'X-CSRF-Token': csrf, 'Idempotency-Key': crypto.randomUUID(), ...headers },
  });
}
