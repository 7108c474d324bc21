import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// FAC-02, FAC-03: both phones' faces can be put on the home screen; iPhones send notifications to no others.
describe.each([
  ['m', 'technician'],
  ['r', 'resident'],
])('/%s', (face, page) => {
  const manifest = JSON.parse(readFileSync(`public/${face}.webmanifest`, 'utf8'));
  it('says what it is and opens at its own start', () => {
    expect(manifest).toMatchObject({ start_url: `/${face}`, scope: `/${face}`, display: 'standalone' });
    for (const icon of manifest.icons) expect(existsSync(`public${icon.src}`), icon.src).toBe(true);
    expect(manifest.icons.map((i: { sizes: string }) => i.sizes)).toEqual(
      expect.arrayContaining(['192x192', '512x512']),
    );
  });
  it('is named by its page', () => {
    const html = readFileSync(`${page}.html`, 'utf8');
    expect(html).toContain(`href="/${face}.webmanifest"`);
    expect(html).toContain('rel="apple-touch-icon"');
  });
});
