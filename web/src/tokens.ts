// Every colour and size of the three faces. tokensCss() becomes the custom properties, antdTheme() the
// theme of the console; tokens.test.ts recomputes the contrasts.

export const light = {
  canvas: '#f4f6f6',
  surface: '#ffffff',
  sunken: '#eceff0',
  hover: '#f1f4f5',
  selected: '#e5eff3',
  line: '#e1e6e8',
  'line-strong': '#c6ced2',
  control: '#7f8b92',
  ink: '#17212a',
  'ink-2': '#46525a',
  'ink-3': '#5f6b73',
  accent: '#17627a',
  'accent-strong': '#0f4d61',
  'accent-soft': '#e2eff3',
  'on-accent': '#ffffff',
  call: '#17627a',
  'on-call': '#ffffff',
  'on-call-2': '#cfe6ee',
  red: '#b3261a',
  'red-fill': '#c22c1f',
  'red-soft': '#fcebe9',
  'on-red': '#ffffff',
  amber: '#885100',
  'amber-fill': '#bd7204',
  'amber-soft': '#fdf1da',
  green: '#1d6a3d',
  'green-fill': '#2f8a56',
  'green-soft': '#e5f3ea',
  inside: '#f7f3e9',
  'inside-line': '#d9cda9',
  'inside-ink': '#695721',
  clock: '#55727e',
};

export type Palette = Record<keyof typeof light, string>;

export const dark: Palette = {
  canvas: '#0f1315',
  surface: '#161b1e',
  sunken: '#232a2e',
  hover: '#1c2226',
  selected: '#19303a',
  line: '#283035',
  'line-strong': '#3c474d',
  control: '#6d7a81',
  ink: '#e8edef',
  'ink-2': '#b4bfc4',
  'ink-3': '#93a0a6',
  accent: '#6fbad2',
  'accent-strong': '#95d1e4',
  'accent-soft': '#163039',
  'on-accent': '#06212a',
  call: '#134555',
  'on-call': '#eaf6fa',
  'on-call-2': '#a9ccd8',
  red: '#ff8d7e',
  'red-fill': '#d63f2f',
  'red-soft': '#391a17',
  'on-red': '#ffffff',
  amber: '#eeb65c',
  'amber-fill': '#d8942b',
  'amber-soft': '#33270f',
  green: '#78ca96',
  'green-fill': '#3f9e68',
  'green-soft': '#143020',
  inside: '#201d14',
  'inside-line': '#574b27',
  'inside-ink': '#cdb978',
  clock: '#7f9eab',
};

const pop = {
  light: '0 1px 2px rgb(15 32 42 / .08), 0 8px 24px rgb(15 32 42 / .14)',
  dark: '0 0 0 1px #323c41, 0 12px 32px rgb(0 0 0 / .5)',
};

const font =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei UI", ' +
  '"Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

const shape = `
  --font: ${font};
  --t-12: 12px/16px var(--font); --t-13: 13px/20px var(--font); --t-14: 14px/20px var(--font);
  --t-16: 16px/24px var(--font); --t-20: 20px/28px var(--font); --t-28: 28px/32px var(--font);
  --r-s: 4px; --r-m: 6px; --r-l: 12px;
  --paper: #ffffff; --paper-ink: #17212a; --paper-ink-2: #46525a;
  --fast: 120ms cubic-bezier(.2, 0, 0, 1); --calm: 200ms cubic-bezier(.2, 0, 0, 1);`;

const colours = (palette: Palette, mode: 'light' | 'dark') =>
  `color-scheme: ${mode}; --pop: ${pop[mode]}; ` +
  Object.entries(palette)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');

export function tokensCss(): string {
  const night = colours(dark, 'dark');
  return `:root { ${colours(light, 'light')} ${shape} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${night} } }
:root[data-theme="dark"] { ${night} }
`;
}

/** Values for antd's theme.token and theme.components; antd's own quiet inks are below 4.5:1 and are replaced. */
export function antdTheme(mode: 'light' | 'dark') {
  const c = mode === 'dark' ? dark : light;
  return {
    token: {
      colorPrimary: c.accent,
      colorInfo: c.accent,
      colorLink: c.accent,
      colorTextLightSolid: c['on-accent'],
      colorBgLayout: c.canvas,
      colorBgContainer: c.surface,
      colorBgElevated: c.surface,
      colorText: c.ink,
      colorTextSecondary: c['ink-2'],
      colorTextTertiary: c['ink-3'],
      colorTextQuaternary: c['ink-3'],
      colorTextPlaceholder: c['ink-3'],
      colorTextDescription: c['ink-3'],
      colorTextDisabled: c['ink-3'],
      colorBorder: c.control,
      colorBorderSecondary: c.line,
      colorSplit: c.line,
      colorFillTertiary: c.sunken,
      controlItemBgHover: c.hover,
      controlItemBgActive: c.selected,
      colorError: c.amber,
      colorWarning: c.amber,
      colorSuccess: c.green,
      fontFamily: font,
      fontSize: 13,
      fontSizeSM: 12,
      fontSizeLG: 14,
      lineHeight: 20 / 13,
      controlOutline: c['accent-soft'],
      controlOutlineWidth: 3,
      controlHeight: 28,
      controlHeightSM: 24,
      controlHeightLG: 32,
      borderRadius: 4,
      borderRadiusLG: 6,
      borderRadiusSM: 4,
      motionDurationFast: '.12s',
      motionDurationMid: '.2s',
      motionDurationSlow: '.2s',
      boxShadowSecondary: pop[mode],
      boxShadow: pop[mode],
    },
    components: {
      Table: {
        cellPaddingBlock: 6,
        cellPaddingInline: 8,
        headerBg: c.canvas,
        headerColor: c['ink-3'],
        rowSelectedBg: c.selected,
        rowHoverBg: c.hover,
      },
      Select: { optionSelectedBg: c.selected, optionActiveBg: c.hover },
    },
  };
}
