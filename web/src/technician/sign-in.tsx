import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, isApiError } from '../kit/client.ts';
import { Field, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { useEnterSession } from '../kit/session.ts';
import { t } from './words/index.ts';

export function SignInPage() {
  const enter = useEnterSession();
  const send = useSend();
  const [username, setUsername] = useState(() => localStorage.getItem('gj:username') ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string>(); // asked for after the password
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(username.trim() && password ? {} : { password: t('sign_in.missing') })) return;
    const session = await send.run(async () => {
      const body = { username: username.trim(), password, ...(code ? { code } : {}) };
      try {
        return await data(api.POST('/session', { body }));
      } catch (error) {
        if (!isApiError(error) || error.code !== 'auth.code_needed') throw error;
        setCode('');
        return undefined;
      }
    });
    if (!session) return;
    localStorage.setItem('gj:username', username.trim());
    enter(session);
  };
  return (
    <main className="door">
      <form onSubmit={submit} noValidate>
        <h1>{t('sign_in.title')}</h1>
        <Field label={t('sign_in.username')} error={send.fields.username}>
          {a => (
            <input
              {...a}
              className="in"
              autoComplete="username"
              value={username}
              onChange={e => setUsername(e.target.value)}
            />
          )}
        </Field>
        <Field label={t('sign_in.password')} error={send.fields.password}>
          {a => (
            <input
              {...a}
              className="in"
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={e => setPassword(e.target.value)}
            />
          )}
        </Field>
        {code !== undefined && (
          <Field label={t('sign_in.code')} error={send.fields.code}>
            {a => (
              <input
                {...a}
                className="in"
                autoComplete="one-time-code"
                value={code}
                onChange={e => setCode(e.target.value.trim())}
              />
            )}
          </Field>
        )}
        <TroubleNote trouble={send.trouble} />
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t(send.busy ? 'sign_in.busy' : 'sign_in.go')}
        </button>
      </form>
    </main>
  );
}

export function PasswordPage() {
  const client = useQueryClient();
  const send = useSend();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix([...next].length < 10 ? { next: t('password.short') } : {})) return;
    const done = await send.run(async () => {
      await api.PUT('/account/password', { body: { current, next } });
      return true;
    });
    if (done) await client.refetchQueries({ queryKey: ['session'] });
  };
  const box = (name: 'current' | 'next', value: string, set: (v: string) => void) => (
    <Field label={t(`password.${name}`)} error={send.fields[name]}>
      {a => (
        <input
          {...a}
          className="in"
          type="password"
          autoComplete={name === 'next' ? 'new-password' : 'current-password'}
          value={value}
          onChange={e => set(e.target.value)}
        />
      )}
    </Field>
  );
  return (
    <main className="door">
      <form onSubmit={submit} noValidate>
        <h1>{t('password.title')}</h1>
        {box('current', current, setCurrent)}
        {box('next', next, setNext)}
        <TroubleNote trouble={send.trouble} />
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'password.go')}
        </button>
      </form>
    </main>
  );
}
