// Duty, password and leaving: what is done to an account rather than written in it.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { Staff } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Colleague } from './colleague.tsx';

/** Shown once, never stored by the face. */
export function OneTime({ name, username, password }: { name: string; username: string; password: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(password);
      toast(t('staff.password.copied'));
    } catch {
      toast(t('staff.password.by_hand'));
    }
  };
  return (
    <div className="once" role="status">
      <p>
        <b>{t('staff.password.once', { name })}</b>
      </p>
      <p className="dim">{t('staff.password.username', { username })}</p>
      <p className="row">
        <code data-testid="one-time-password">{password}</code>
        <button type="button" className="btn" onClick={() => void copy()}>
          {t('staff.password.copy')}
        </button>
      </p>
      <p className="dim">{t('staff.password.note')}</p>
    </div>
  );
}

function DisableForm({
  person,
  send,
  after,
}: {
  person: Staff;
  send: ReturnType<typeof useSend>;
  after: (done: string) => Promise<void>;
}) {
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const [to, setTo] = useState('');
  const disable = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.reason.missing') })) return;
    const ok = await send.run(async once => {
      const params = { path: { id: person.id }, header: { ...match(person.version), ...once } };
      await api.POST('/staff/{id}/disable', {
        params,
        body: { reason: reason.trim(), ...(to ? { handOverTo: to } : {}) },
      });
      return true;
    });
    if (ok) await after(t('staff.disabled.done', { name: person.name }));
  };
  if (!asking) {
    return (
      <button type="button" className="btn" onClick={() => setAsking(true)}>
        {t('staff.disable')}
      </button>
    );
  }
  return (
    <form onSubmit={disable} noValidate className="stack">
      <Field label={t('staff.disable.reason')} error={send.fields.reason} required>
        {a => <Input {...a} autoFocus value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <Colleague person={person} value={to} onChange={setTo} error={send.fields.handOverTo} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('staff.disable')}
        </button>
        <button type="button" className="btn quiet" onClick={() => setAsking(false)}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

/** What ends somebody's way in, for who has lost a telephone or a computer. */
function SignInActions({
  person,
  send,
  after,
}: {
  person: Staff;
  send: ReturnType<typeof useSend>;
  after: (done: string) => Promise<void>;
}) {
  const [number, setNumber] = useState('');
  const can = useCan();
  const params = { path: { id: person.id } };
  const act = async (call: () => Promise<unknown>, done: string) => {
    const ok = await send.run(async () => {
      await call();
      return true;
    });
    if (ok) await after(done);
  };
  const show = async () => {
    const made = await send.run(once =>
      data(api.POST('/staff/{id}/reveal', { params: { ...params, header: once } })),
    );
    if (made) setNumber(made.mobile);
  };
  return (
    <>
      {can('staff.reveal') && person.mobile?.includes('*') && (
        <p className="row">
          <span>{number || person.mobile}</span>
          {!number && (
            <button type="button" className="link" onClick={() => void show()}>
              {t('staff.mobile.show')}
            </button>
          )}
        </p>
      )}
      {can('auth.password_reset') && person.username && (
        <button
          type="button"
          className="btn"
          disabled={send.busy}
          onClick={() =>
            void act(
              () => api.DELETE('/staff/{id}/sessions', { params }),
              t('staff.sessions.end.done', { name: person.name }),
            )
          }
        >
          {t('staff.sessions.end')}
        </button>
      )}
      {can('auth.password_reset') && person.secondFactor && (
        <button
          type="button"
          className="btn"
          disabled={send.busy}
          onClick={() =>
            void act(
              () => api.DELETE('/staff/{id}/second-factor', { params }),
              t('staff.factor.reset.done', { name: person.name }),
            )
          }
        >
          {t('staff.factor.reset')}
        </button>
      )}
    </>
  );
}

export function StateActions({ person }: { person: Staff }) {
  const client = useQueryClient();
  const send = useSend();
  const [password, setPassword] = useState('');
  const after = async (done: string) => {
    toast(done);
    await client.invalidateQueries({ queryKey: ['staff'] });
  };
  const enable = async () => {
    const ok = await send.run(async once => {
      await api.POST('/staff/{id}/enable', {
        params: { path: { id: person.id }, header: { ...match(person.version), ...once } },
      });
      return true;
    });
    if (ok) await after(t('staff.enabled', { name: person.name }));
  };
  const reset = async () => {
    const made = await send.run(once =>
      data(api.POST('/staff/{id}/password', { params: { path: { id: person.id }, header: once } })),
    );
    if (made) setPassword(made.oneTimePassword);
  };
  const off = person.state === 'disabled';
  return (
    <aside className="state-side" aria-label={t('staff.account')}>
      <h2 className="sub">{t('staff.account')}</h2>
      <p className="dim">{t('staff.open_now', { n: person.openTickets })}</p>
      {password && <OneTime name={person.name} username={person.username ?? ''} password={password} />}
      <TroubleNote trouble={send.trouble} />
      <button
        type="button"
        className="btn"
        disabled={send.busy}
        onClick={() => void (off ? enable() : reset())}
      >
        {t(off ? 'staff.enable' : 'staff.password.reset')}
      </button>
      {!off && <SignInActions person={person} send={send} after={after} />}
      {!off && <DisableForm person={person} send={send} after={after} />}
    </aside>
  );
}
