import { describe, expect, it } from 'vitest';
import { antdTheme, dark, light, type Palette, tokensCss } from './tokens';

function luminance(hex: string): number {
  const channel = (at: number) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

type Name = keyof Palette;
const grounds: Name[] = ['canvas', 'surface', 'sunken', 'hover', 'selected'];
const text: [Name, Name[]][] = [
  ['ink', grounds],
  ['ink-2', grounds],
  ['ink-3', ['canvas', 'surface', 'hover', 'selected']],
  ['accent', [...grounds, 'accent-soft']],
  ['accent-strong', ['accent-soft', 'selected']],
  ['on-accent', ['accent', 'accent-strong']],
  ['on-call', ['call']],
  ['on-call-2', ['call']],
  ['red', ['surface', 'selected', 'red-soft', 'canvas']],
  ['on-red', ['red-fill']],
  ['amber', ['surface', 'selected', 'amber-soft', 'canvas']],
  ['green', ['surface', 'selected', 'green-soft', 'canvas']],
  ['inside-ink', ['inside']],
  ['ink', ['inside', 'amber-soft', 'accent-soft']],
];
const marks: [Name, Name][] = [
  ['control', 'surface'],
  ['clock', 'surface'],
  ['amber-fill', 'surface'],
  ['red-fill', 'surface'],
  ['green-fill', 'surface'],
];

describe.each([
  ['light', light],
  ['dark', dark],
])('%s theme', (_, palette) => {
  it.each(text.flatMap(([ink, on]) => on.map(ground => [ink, ground] as const)))(
    'text %s on %s reaches 4.5:1',
    (ink, ground) => expect(contrast(palette[ink], palette[ground])).toBeGreaterThanOrEqual(4.5),
  );

  it.each(marks)('mark %s on %s reaches 3:1', (mark, ground) =>
    expect(contrast(palette[mark], palette[ground])).toBeGreaterThanOrEqual(3),
  );
});

it('gives antd and the style sheet the same colours', () => {
  expect(tokensCss()).toContain(`--accent: ${light.accent};`);
  expect(antdTheme('dark').token.colorPrimary).toBe(dark.accent);
});
