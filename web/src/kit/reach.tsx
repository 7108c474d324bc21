// How one is reached outside the program: notifications in this browser, letters to an address that was confirmed.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { explain } from './explain.ts';
import { word } from './i18n.ts';
import { Field } from './phone.tsx';
import { type FaceName, isOn, reachOf, supported, turnOff, turnOn } from './push.ts';
import { useSend } from './send.ts';
import type { Reach as ReachState } from './types.ts';

export interface Skin {
  row: string;
  button: string;
  go: string;
}

export const phoneSkin: Skin = { row: 'duty plain', button: 'pbtn', go: 'pbtn go' };

function Switch({
  label,
  on,
  disabled,
  skin,
  onChange,
}: {
  label: string;
  on: boolean;
  disabled?: boolean;
  skin: Skin;
  onChange: (on: boolean) => void;
}) {
  return (
    <label className={skin.row}>
      <span className="grow">{label}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        className="switch"
        checked={on}
        disabled={disabled}
        onChange={e => onChange(e.target.checked)}
      />
    </label>
  );
}

function useReach(face: FaceName, who: string) {
  const client = useQueryClient();
  const reach = useQuery({ queryKey: ['reach', face], queryFn: () => reachOf(face).get() });
  const here = useQuery({ queryKey: ['push-here', face, who], queryFn: () => isOn(face, who) });
  const set = (next: ReachState) => client.setQueryData(['reach', face], next);
  return { reach: reach.data, error: reach.error, here: here.data === true, set, look: () => here.refetch() };
}

function Push({ face, who, skin }: { face: FaceName; who: string; skin: Skin }) {
  const { reach, here, set, look } = useReach(face, who);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  if (!reach) return null;
  if (!supported()) return <p className="s14 dim">{word('reach.unsupported')}</p>;
  const flip = async (on: boolean) => {
    setBusy(true);
    setTrouble('');
    try {
      if (on) {
        const made = await turnOn(face, reach.key, who);
        if (made) set(made);
        else setTrouble(word('reach.denied'));
      } else {
        await turnOff(face);
        if (reach.devices.length <= 1) set(await reachOf(face).put({ push: false, mail: reach.mail }));
      }
      await look();
    } catch (error) {
      setTrouble(error instanceof DOMException ? word('reach.failed') : explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Switch
        label={word('reach.push')}
        on={here && reach.push}
        disabled={busy}
        skin={skin}
        onChange={on => void flip(on)}
      />
      <p className="s14 dim">{word(face === 'r' ? 'reach.push.resident' : 'reach.push.staff')}</p>
      {trouble && (
        <p className="trouble" role="alert">
          {trouble}
        </p>
      )}
    </>
  );
}

function Code({ face, skin, done }: { face: FaceName; skin: Skin; done: (r: ReachState) => void }) {
  const send = useSend();
  const [code, setCode] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once => reachOf(face).confirm(code, once));
    if (made) done(made);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field label={word('reach.code')} error={send.fields.code}>
        {a => (
          <input
            {...a}
            className="in"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={e => setCode(e.target.value)}
          />
        )}
      </Field>
      {send.trouble && (
        <p className="trouble" role="alert">
          {send.trouble.text}
        </p>
      )}
      <button type="submit" className={skin.go} disabled={send.busy || code.trim() === ''}>
        {word('reach.confirm')}
      </button>
    </form>
  );
}

function Address({ face, skin, done }: { face: FaceName; skin: Skin; done: (r: ReachState) => void }) {
  const send = useSend();
  const [address, setAddress] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once => reachOf(face).address(address, once));
    if (made) done(made);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field label={word('reach.address')} error={send.fields.address}>
        {a => (
          <input
            {...a}
            className="in"
            type="email"
            autoComplete="email"
            value={address}
            onChange={e => setAddress(e.target.value)}
          />
        )}
      </Field>
      <p className="s14 dim">{word(face === 'r' ? 'reach.mail.resident' : 'reach.mail.staff')}</p>
      {send.trouble && (
        <p className="trouble" role="alert">
          {send.trouble.text}
        </p>
      )}
      <button type="submit" className={skin.button} disabled={send.busy || address.trim() === ''}>
        {word(send.busy ? 'reach.sending' : 'reach.send_code')}
      </button>
    </form>
  );
}

function Letters({ face, who, skin }: { face: FaceName; who: string; skin: Skin }) {
  const { reach, set } = useReach(face, who);
  const [other, setOther] = useState(false);
  if (!reach) return null;
  if (!reach.mailOffered && !reach.addressMasked) return null;
  const again = (
    <button type="button" className={skin.button} onClick={() => setOther(true)}>
      {word('reach.other')}
    </button>
  );
  if (other || !reach.addressMasked)
    return (
      <Address
        face={face}
        skin={skin}
        done={next => {
          set(next);
          setOther(false);
        }}
      />
    );
  if (!reach.confirmed)
    return (
      <>
        <p className="s14">{word('reach.sent', { address: reach.addressMasked })}</p>
        <Code face={face} skin={skin} done={set} />
        {again}
      </>
    );
  return (
    <>
      <Switch
        label={word('reach.mail', { address: reach.addressMasked })}
        on={reach.mail}
        skin={skin}
        onChange={mail => void reachOf(face).put({ push: reach.push, mail }).then(set)}
      />
      {again}
      <button type="button" className={skin.button} onClick={() => void reachOf(face).forget().then(set)}>
        {word('reach.forget')}
      </button>
    </>
  );
}

/** The switches of one's own messages. who tells people apart who use the same browser. */
export function Reach({ face, who, skin = phoneSkin }: { face: FaceName; who: string; skin?: Skin }) {
  const { reach, error } = useReach(face, who);
  return (
    <>
      {error && (
        <p className="trouble" role="alert">
          {explain(error)}
        </p>
      )}
      {reach && (
        <>
          <Push face={face} who={who} skin={skin} />
          <Letters face={face} who={who} skin={skin} />
        </>
      )}
    </>
  );
}
