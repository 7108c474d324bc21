import { afterEach, expect, it, vi } from 'vitest';
import { position } from './where.ts';

afterEach(() => vi.unstubAllGlobals());

it('waits no longer than it was told to, also when nobody answers whether the phone may say where it is', async () => {
  vi.stubGlobal('navigator', { geolocation: { getCurrentPosition: () => undefined } });
  expect(await position(20)).toBeUndefined();
});
