// How one is reached outside the program: notifications in this browser, letters to an address that was confirmed.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { explain } from './explain.ts';
import { Flip } from './flip.tsx';
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

const denied = new Error('denied');

/** What the browser itself says no to is no refusal of the server. */
const wrong = (error: unknown) =>
  error === denied
    ? word('reach.denied')
    : error instanceof DOMException
      ? word('reach.failed')
      : explain(error);

function Switch({
  label,
  on,
  skin,
  put,
}: {
  label: string;
  on: boolean;
  skin: Skin;
  put: (on: boolean) => Promise<unknown>;
}) {
  const [error, setError] = useState<unknown>();
  return (
    <>
      <label className={skin.row}>
        <span className="grow">{label}</span>
        <Flip
          on={on}
          put={next => {
            setError(undefined);
            return put(next);
          }}
          refused={setError}
        />
      </label>
      {error !== undefined && (
        <p className="trouble" role="alert">
          {wrong(error)}
        </p>
      )}
    </>
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
  if (!reach) return null;
  if (!supported()) return <p className="s14 dim">{word('reach.unsupported')}</p>;
  const put = async (on: boolean) => {
    if (on) {
      const made = await turnOn(face, reach.key, who);
      if (!made) throw denied;
      set(made);
    } else {
      await turnOff(face);
      if (reach.devices.length <= 1) set(await reachOf(face).put({ push: false, mail: reach.mail }));
    }
    await look();
  };
  return (
    <>
      <Switch label={word('reach.push')} on={here && reach.push} skin={skin} put={put} />
      <p className="s14 dim">{word(face === 'r' ? 'reach.push.resident' : 'reach.push.staff')}</p>
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
  const send = useSend();
  const [other, setOther] = useState(false);
  if (!reach) return null;
  if (!reach.mailOffered && !reach.addressMasked) return null;
  const forget = async () => {
    const made = await send.run(() => reachOf(face).forget());
    if (made) set(made);
  };
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
        put={async mail => set(await reachOf(face).put({ push: reach.push, mail }))}
      />
      {again}
      {send.trouble && (
        <p className="trouble" role="alert">
          {send.trouble.text}
        </p>
      )}
      <button type="button" className={skin.button} disabled={send.busy} onClick={() => void forget()}>
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
