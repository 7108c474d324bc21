import { act, useState } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { ClockLine, GradeBadge, Timeline } from '../../kit/parts.tsx';
import { ApiError } from '../../kit/problem.ts';
import { host, show } from '../../kit/stage.ts';
import { mean } from '../routes/followups/draft.ts';
import { device } from '../routes/session/devices.tsx';
import { useKeys } from '../shell/keys.ts';
import { Choice, Field } from './field.tsx';
import { ErrorNote } from './query.tsx';

it('ties a label, its hint and its refusal to the input', async () => {
  await show(
    <Field label="事项" error="请填写" hint="一句话">
      {a => <input {...a} />}
    </Field>,
  );
  const input = host.querySelector('input');
  expect(host.querySelector('label')?.htmlFor).toBe(input?.id);
  const described = (input?.getAttribute('aria-describedby') ?? '').split(' ');
  expect(described.map(id => document.getElementById(id)?.textContent)).toEqual(['请填写', '一句话']);
  expect(input?.getAttribute('aria-invalid')).toBe('true');
});

it('shows what was chosen while the address is on its way, and what is there when it does not come', async () => {
  let arrive = () => {};
  const options = ['open', 'done'].map(value => ({ value, label: value }));
  const of = (value: string) => (
    <Choice
      legend="状态"
      name="s"
      value={value}
      options={options}
      onChange={() => new Promise<void>(done => (arrive = done))}
    />
  );
  const checked = () => host.querySelector<HTMLInputElement>('input:checked')?.value;
  await show(of('open'));
  const pick = (value: string) =>
    act(() => host.querySelector<HTMLInputElement>(`input[value=${value}]`)?.click());
  pick('done');
  expect(checked()).toBe('done');
  await act(async () => arrive());
  expect(checked()).toBe('open');
  pick('done');
  await show(of('done'));
  await act(async () => arrive());
  expect(checked()).toBe('done');
});

it('chooses one of several with a named group', async () => {
  const chosen = vi.fn();
  await show(
    <Choice
      legend="态度"
      name="x"
      value="5"
      onChange={chosen}
      options={['4.5', '5'].map(v => ({ value: v, label: v }))}
    />,
  );
  const group = host.querySelector('[role=radiogroup]');
  expect(document.getElementById(group?.getAttribute('aria-labelledby') ?? '')?.textContent).toBe('态度');
  await act(() => host.querySelector<HTMLInputElement>('input[value="4.5"]')?.click());
  expect(chosen).toHaveBeenCalledWith('4.5');
});

/** A picker that is no input: it says what was chosen to its form only, as selects and calendars do. */
function Picker({ value, pick }: { value: unknown; pick: (value: string) => void }) {
  return (
    <button type="button" onClick={() => pick('2')}>
      {String(value)}
    </button>
  );
}

function Picking({ first }: { first: unknown }) {
  const [value, setValue] = useState(first);
  const [error, setError] = useState('请选择');
  return (
    <>
      <Field label="处理人" error={error}>
        {() => (
          <div>
            <Picker value={value} pick={setValue} />
          </div>
        )}
      </Field>
      <button type="button" id="again" onClick={() => setError('不当班')}>
        send
      </button>
      <button type="button" id="other" onClick={() => setError('请选择 ')}>
        render
      </button>
    </>
  );
}

describe.each([
  ['a select', undefined],
  ['a date', new Date('2026-03-02')],
  ['several', ['a', 'b']],
])('a refusal of %s', (_, first) => {
  const press = (selector: string) => act(() => host.querySelector<HTMLButtonElement>(selector)?.click());
  it('stays while nothing is chosen, goes with the choice, and comes back with the next refusal', async () => {
    await show(<Picking first={first} />);
    await press('#other');
    expect(host.querySelector('.field-error')?.textContent).toBe('请选择 ');
    await press('.field button');
    expect(host.querySelector('.field-error')).toBeNull();
    expect(host.querySelector('.field')?.className).not.toContain('bad');
    await press('#again');
    expect(host.querySelector('.field-error')?.textContent).toBe('不当班');
  });
});

describe('keys', () => {
  function Probe({ keys }: { keys: Record<string, () => void> }) {
    useKeys(keys);
    return <input />;
  }
  const press = (key: string, init: KeyboardEventInit = {}, target: EventTarget = window) =>
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }));

  it('reads single keys and sequences, and rests while somebody types or composes', async () => {
    const c = vi.fn();
    const gt = vi.fn();
    await show(<Probe keys={{ c, 'g t': gt }} />);
    press('c');
    expect(c).toHaveBeenCalledTimes(1);
    press('c', {}, host.querySelector('input')!);
    press('c', { isComposing: true });
    expect(c).toHaveBeenCalledTimes(1);
    press('g');
    press('t');
    expect(gt).toHaveBeenCalledOnce();
  });
});

describe('ticket parts', () => {
  const start = '2026-11-14T01:15:00.000Z';
  it('reads a stopped clock with its verdict', async () => {
    await show(
      <ClockLine
        clock={{
          kind: 'response',
          start,
          due: '2026-11-14T01:20:00.000Z',
          targetMs: 300_000,
          stoppedAt: '2026-11-14T01:20:00.000Z',
          state: 'met',
        }}
      />,
    );
    expect(host.textContent).toContain('5:00 及时');
    await show(
      <ClockLine
        clock={{
          kind: 'resolve',
          start,
          due: '2026-11-14T03:15:00.000Z',
          targetMs: 7_200_000,
          stoppedAt: '2026-11-14T07:00:00.000Z',
          state: 'missed',
        }}
      />,
    );
    expect(host.textContent).toContain('5 小时 45 分，晚 3 小时 45 分');
  });

  it('names a grade in words and marks inside notes', () => {
    expect(renderToStaticMarkup(<GradeBadge grade="A" />)).toContain('aria-label="A 级 紧急"');
    const entry = {
      id: '1',
      at: start,
      by: { id: '2', name: '陈师傅' },
      system: false,
      verb: 'noted',
      public: false,
      text: '缺料',
    };
    const html = renderToStaticMarkup(<Timeline entries={[entry]} label="经过" />);
    expect(html).toContain('仅内部');
    expect(html).toContain('class="in"');
  });
});

it('takes the mean of three ratings with one decimal', () => {
  expect(mean(5, 4.5, 5)).toBe(4.8);
  expect(mean(1, 1.5, 1)).toBe(1.2);
});

it('shortens what a browser says about itself', () => {
  expect(device('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36')).toBe(
    'Chrome · Windows',
  );
});

it('asks to try again what may come the next time, not what one may not see', async () => {
  const failed = (status: number) => (
    <ErrorNote query={{ isError: true, error: new ApiError(status, 'x', '不行'), refetch: vi.fn() }} />
  );
  await show(failed(503));
  expect(host.querySelector('button')?.textContent).toBe('再试');
  await show(failed(403));
  expect(host.querySelector('[role=alert]')).not.toBeNull();
  expect(host.querySelector('button')).toBeNull();
});
