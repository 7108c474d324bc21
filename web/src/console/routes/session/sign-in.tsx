import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, isApiError } from '../../../kit/client.ts';
import { setLang, useLang } from '../../../kit/i18n.ts';
import { useSend } from '../../../kit/send.ts';
import { useEnterSession } from '../../../kit/session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

export function SignInPage() {
  const enter = useEnterSession();
  const lang = useLang();
  const { busy, trouble, fields, run, fix } = useSend();
  const [username, setUsername] = useState(() => localStorage.getItem('gj:username') ?? '');
  const [password, setPassword] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!username.trim()) missing.username = t('sign_in.username.missing');
    if (!password) missing.password = t('sign_in.password.missing');
    if (!fix(missing)) return;
    const session = await run(async () => {
      try {
        return await data(api.POST('/session', { body: { username: username.trim(), password } }));
      } catch (error) {
        if (isApiError(error) && error.status === 401) setPassword('');
        throw error;
      }
    });
    if (!session) return;
    localStorage.setItem('gj:username', username.trim());
    enter(session);
  };
  return (
    <main className="door">
      <form onSubmit={submit} noValidate>
        <div className="logo" aria-hidden="true">
          管
        </div>
        <H1>{t('sign_in.title')}</H1>
        <Field label={t('sign_in.username')} error={fields.username} required>
          {a => (
            <Input
              {...a}
              size="large"
              autoComplete="username"
              autoFocus={!username}
              value={username}
              onChange={e => setUsername(e.target.value)}
            />
          )}
        </Field>
        <Field label={t('sign_in.password')} error={fields.password} required>
          {a => (
            <Input.Password
              {...a}
              size="large"
              autoComplete="current-password"
              autoFocus={Boolean(username)}
              value={password}
              onChange={e => setPassword(e.target.value)}
            />
          )}
        </Field>
        <TroubleNote trouble={trouble} />
        <button type="submit" className="btn go wide" disabled={busy}>
          {t(busy ? 'sign_in.busy' : 'sign_in.go')}
        </button>
        <p className="row door-foot">
          <span className="grow dim">{t('sign_in.forgotten')}</span>
          <button type="button" className="link" onClick={() => void setLang(lang === 'zh' ? 'en' : 'zh')}>
            {lang === 'zh' ? 'English' : '中文'}
          </button>
        </p>
      </form>
    </main>
  );
}
