import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { useSignOut } from '../../../kit/session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function PasswordForm({ forced }: { forced: boolean }) {
  const client = useQueryClient();
  const { busy, trouble, fields, run, fix } = useSend();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!current) missing.current = t('form.missing');
    if ([...next].length < 10) missing.next = t('password.short');
    else if (next !== again) missing.again = t('password.differ');
    if (!fix(missing)) return;
    const done = await run(async () => {
      await api.PUT('/account/password', { body: { current, next } });
      return true;
    });
    if (!done) return;
    setCurrent('');
    setNext('');
    setAgain('');
    toast(t('password.done'));
    await client.refetchQueries({ queryKey: ['session'] });
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <Field label={t(forced ? 'password.one_time' : 'password.current')} error={fields.current} required>
        {a => (
          <Input.Password
            {...a}
            autoComplete="current-password"
            autoFocus
            value={current}
            onChange={e => setCurrent(e.target.value)}
          />
        )}
      </Field>
      <Field label={t('password.next')} error={fields.next} hint={t('password.rule')} required>
        {a => (
          <Input.Password
            {...a}
            autoComplete="new-password"
            value={next}
            onChange={e => setNext(e.target.value)}
          />
        )}
      </Field>
      <Field label={t('password.again')} error={fields.again} required>
        {a => (
          <Input.Password
            {...a}
            autoComplete="new-password"
            value={again}
            onChange={e => setAgain(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={trouble} />
      <button type="submit" className={`btn go ${forced ? 'wide' : ''}`} disabled={busy}>
        {t(busy ? 'form.saving' : 'password.go')}
      </button>
    </form>
  );
}

export function ForcedPasswordPage() {
  const signOut = useSignOut();
  return (
    <main className="door">
      <div>
        <div className="logo" aria-hidden="true">
          管
        </div>
        <H1>{t('password.forced')}</H1>
        <p className="dim">{t('password.forced.why')}</p>
        <PasswordForm forced />
        <p className="door-foot">
          <button type="button" className="link" onClick={() => void signOut()}>
            {t('account.sign_out')}
          </button>
        </p>
      </div>
    </main>
  );
}

export function PasswordPage() {
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('password.title')}</H1>
      </header>
      <div className="page-body">
        <PasswordForm forced={false} />
      </div>
    </main>
  );
}
