// A form whose record changes under the hand, and refusals that no input asks for.
import { act, useState } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { useEdit } from '../../kit/edit.ts';
import { ApiError } from '../../kit/problem.ts';
import { useSend } from '../../kit/send.ts';
import { host, show, typeInto } from '../../kit/stage.ts';
import { Field, NewerNote } from './field.tsx';
import { TroubleNote } from './trouble.tsx';

beforeEach(() => localStorage.clear());
const input = (name: string) => host.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
const type = (name: string, text: string) => typeInto(input(name), text);
const press = (words: string) =>
  act(async () => [...host.querySelectorAll('button')].find(b => b.textContent === words)!.click());

interface Place {
  name: string;
  zone: string;
  on: boolean;
}
const place: Place = { name: '锦苑', zone: 'b', on: true };

let arrived: () => void;
function Form({ of, draft }: { of: Place; draft?: string }) {
  const [values, set, edit] = useEdit({ ...of }, draft);
  const send = async () => {
    await new Promise<void>(done => {
      arrived = done;
    });
    edit.saved();
  };
  return (
    <form>
      <Field label="名称" newer={edit.newer.name}>
        {a => <input {...a} name="name" value={values.name} onChange={e => set({ name: e.target.value })} />}
      </Field>
      <Field label="时区" newer={edit.newer.zone}>
        {a => <Zones {...a} value={values.zone} options={zones} onChange={(zone: string) => set({ zone })} />}
      </Field>
      <NewerNote of={edit.newer.on} />
      <button type="button" onClick={() => set({ on: !values.on, zone: 'c' })}>
        flip
      </button>
      <button type="button" onClick={edit.saved}>
        save
      </button>
      <button type="button" onClick={() => void send()}>
        send
      </button>
      <button type="button" onClick={edit.drop}>
        back
      </button>
      <output>{JSON.stringify(values)}</output>
    </form>
  );
}
const zones = [
  { value: 'a', label: '上海' },
  { value: 'b', label: '乌鲁木齐' },
  { value: 'c', label: '香港' },
];
function Zones({ value }: { value: string; options: typeof zones; onChange: (zone: string) => void }) {
  return <i>{value}</i>;
}
const held = (): Place => JSON.parse(host.querySelector('output')!.textContent!);

describe('a form of a record', () => {
  it('keeps what is typed, says what somebody else wrote there, and takes it when asked', async () => {
    await show(<Form of={place} />);
    await type('name', '锦苑北区');
    await show(<Form of={{ ...place, name: '锦苑二期', zone: 'a' }} />);
    expect(held()).toEqual({ name: '锦苑北区', zone: 'a', on: true });
    expect(host.querySelector('.field-newer')?.textContent).toContain('别人刚改成： 锦苑二期');
    await press('改用这个');
    expect(held().name).toBe('锦苑二期');
    expect(host.querySelector('.field-newer')).toBeNull();
  });

  it('names what was chosen as the form does, and a switch by yes and no', async () => {
    await show(<Form of={place} />);
    await press('flip');
    await show(<Form of={{ ...place, zone: 'a' }} />);
    expect(host.textContent).toContain('别人刚改成： 上海');
    await press('flip');
    await show(<Form of={{ ...place, zone: 'a', on: false }} />);
    expect(held().on).toBe(false);
  });

  it('says nothing about one’s own change', async () => {
    await show(<Form of={place} />);
    await type('name', ' 锦苑北区 ');
    await press('save');
    await show(<Form of={{ ...place, name: '锦苑北区' }} />);
    expect(held().name).toBe('锦苑北区');
    expect(host.querySelector('.field-newer')).toBeNull();
  });

  it('keeps what is typed while it is being saved, and its draft too', async () => {
    await show(<Form of={place} draft="place:2" />);
    await type('name', '锦苑北区');
    await press('send');
    await type('name', '锦苑北区（二期）');
    await act(async () => arrived());
    await show(<Form of={{ ...place, name: '锦苑北区' }} draft="place:2" />);
    expect(held().name).toBe('锦苑北区（二期）');
    expect(host.querySelector('.field-newer')).toBeNull();
    await show(null);
    await show(<Form of={{ ...place, name: '锦苑北区' }} draft="place:2" />);
    expect(held().name).toBe('锦苑北区（二期）');
  });

  it('leaves no draft where it closes at once when it is saved', async () => {
    function Page() {
      const [open, setOpen] = useState(true);
      return open ? <Closing close={() => setOpen(false)} /> : <p>closed</p>;
    }
    function Closing({ close }: { close: () => void }) {
      const [values, set, edit] = useEdit({ ...place }, 'place:4');
      const send = async () => {
        await Promise.resolve();
        edit.saved();
        close();
      };
      return (
        <>
          <input name="name" value={values.name} onChange={e => set({ name: e.target.value })} />
          <button type="button" onClick={() => void send()}>
            send
          </button>
        </>
      );
    }
    await show(<Page />);
    await type('name', '锦苑北');
    await type('name', '锦苑北区');
    await press('send');
    expect(host.textContent).toBe('closed');
    expect(Object.keys(localStorage)).toEqual([]);
  });

  it('is as the record once what was typed is given up, and goes on following it', async () => {
    await show(<Form of={place} draft="place:3" />);
    await type('name', '锦苑北区');
    await press('back');
    expect(held()).toEqual(place);
    await show(<Form of={{ ...place, name: '锦苑二期' }} draft="place:3" />);
    expect(held().name).toBe('锦苑二期');
    await show(null);
    await show(<Form of={place} draft="place:3" />);
    expect(held()).toEqual(place);
  });

  it('finds a draft again, and what was changed since; what was saved leaves none', async () => {
    await show(<Form of={place} draft="place:1" />);
    await type('name', '锦苑北区');
    await show(null);
    await show(<Form of={{ ...place, name: '锦苑二期', on: false }} draft="place:1" />);
    expect(held()).toEqual({ name: '锦苑北区', zone: 'b', on: false });
    expect(host.textContent).toContain('别人刚改成： 锦苑二期');
    await press('save');
    await show(null);
    await show(<Form of={place} draft="place:1" />);
    expect(held()).toEqual(place);
  });
});

describe('refusals', () => {
  const refusal = new ApiError(422, 'request.fields', '有些内容需要修改', [
    { field: 'name', code: 'required', message: '请填写名称' },
    { field: 'lines[2].to', code: 'wrong_form', message: '第三行的格式不对' },
  ]);
  function Sending({ id }: { id: string }) {
    const send = useSend();
    return (
      <form data-testid={id}>
        <Field label="名称" error={send.fields.name}>
          {a => <input {...a} name={id} />}
        </Field>
        <TroubleNote trouble={send.trouble} />
        <button type="button" onClick={() => void send.run(() => Promise.reject(refusal))}>
          {id}
        </button>
      </form>
    );
  }
  const drawn = () =>
    act(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  const trouble = (id: string) => host.querySelector(`[data-testid=${id}] .trouble`)?.textContent;

  it('stand at their inputs, and what no input asks for stands on top, in the words of the server', async () => {
    await show(<Sending id="a" />);
    await press('a');
    await drawn();
    expect(host.querySelector('.field-error')?.textContent).toBe('请填写名称');
    expect(trouble('a')).toBe('有些内容需要修改 第三行的格式不对');
  });

  it('are gone once their input is changed, also while another form is refused, until their own is again', async () => {
    const page = () =>
      show(
        <>
          <Sending id="a" />
          <Sending id="b" />
        </>,
      );
    const refused = async () => {
      await drawn();
      await page();
      return [...host.querySelectorAll('form:has(.field-error)')].map(f => f.getAttribute('data-testid'));
    };
    await page();
    await press('a');
    expect(await refused()).toEqual(['a']);
    await act(() => input('a').dispatchEvent(new Event('input', { bubbles: true })));
    expect(await refused()).toEqual([]);
    await press('b');
    expect(await refused()).toEqual(['b']);
    await press('a');
    expect(await refused()).toEqual(['a', 'b']);
  });

  function Checking() {
    const send = useSend();
    return (
      <form>
        <Field label="名称" error={send.fields.name}>
          {a => <input {...a} name="c" />}
        </Field>
        <button type="button" onClick={() => send.fix({ name: '请填写名称' })}>
          c
        </button>
      </form>
    );
  }
  it('that a form finds by itself come again with the same words', async () => {
    await show(<Checking />);
    const refusal = () => host.querySelector('.field-error')?.textContent;
    await press('c');
    expect(refusal()).toBe('请填写名称');
    await act(() => input('c').dispatchEvent(new Event('input', { bubbles: true })));
    expect(refusal()).toBeUndefined();
    await press('c');
    expect(refusal()).toBe('请填写名称');
  });

  it('of one form do not hide behind those of another, and the hand is led to the right one', async () => {
    await show(
      <>
        <Sending id="a" />
        <Sending id="b" />
      </>,
    );
    await press('a');
    await drawn();
    [...host.querySelectorAll('button')].at(-1)!.focus();
    await press('b');
    await drawn();
    expect(trouble('b')).toContain('第三行的格式不对');
    expect(document.activeElement).toBe(input('b'));
  });
});
