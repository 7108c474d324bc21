import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, isApiError } from '../../../kit/client.ts';
import { setLang, useLang, wordFor } from '../../../kit/i18n.ts';
import { useSend } from '../../../kit/send.ts';
import { useEnterSession } from '../../../kit/session.ts';
import { returned } from '../../returned.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

type Step = 'password' | 'code' | 'sso';

function useSignIn() {
  const enter = useEnterSession();
  const send = useSend();
  const [step, setStep] = useState<Step>(returned === 'auth.code_needed' ? 'sso' : 'password');
  const [username, setUsername] = useState(() => localStorage.getItem('gj:username') ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const wrong = (): Record<string, string> => {
    const missing: Record<string, string> = {};
    if (step !== 'password' && !code.trim()) missing.code = t('sign_in.code.missing');
    if (step === 'password' && !username.trim()) missing.username = t('sign_in.username.missing');
    if (step === 'password' && !password) missing.password = t('sign_in.password.missing');
    return missing;
  };
  const ask = async () => {
    if (step === 'sso') return data(api.POST('/session/oidc/code', { body: { code: code.trim() } }));
    const body = { username: username.trim(), password, ...(step === 'code' ? { code: code.trim() } : {}) };
    try {
      return await data(api.POST('/session', { body }));
    } catch (error) {
      if (isApiError(error) && error.code === 'auth.code_needed') {
        setStep('code');
        return undefined;
      }
      if (isApiError(error) && error.status === 401) {
        setCode('');
        if (step === 'password') setPassword('');
      }
      throw error;
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(wrong())) return;
    const session = await send.run(ask);
    if (!session) return;
    if (step !== 'sso') localStorage.setItem('gj:username', username.trim());
    enter(session);
  };
  const back = () => {
    send.clear();
    setStep('password');
    setPassword('');
    setCode('');
  };
  const text = returned && step === 'password' ? wordFor(`sso.${returned}`) : undefined;
  return { send, step, submit, back, text, username, setUsername, password, setPassword, code, setCode };
}

function CodeField({ of }: { of: ReturnType<typeof useSignIn> }) {
  return (
    <>
      <Field label={t('sign_in.code')} error={of.send.fields.code} hint={t('sign_in.code.hint')} required>
        {a => (
          <Input
            {...a}
            size="large"
            autoComplete="one-time-code"
            autoFocus
            value={of.code}
            onChange={e => of.setCode(e.target.value)}
          />
        )}
      </Field>
      <p>
        <button type="button" className="link" onClick={of.back}>
          {t('sign_in.code.back')}
        </button>
      </p>
    </>
  );
}

function PasswordFields({ of }: { of: ReturnType<typeof useSignIn> }) {
  return (
    <>
      <Field label={t('sign_in.username')} error={of.send.fields.username} required>
        {a => (
          <Input
            {...a}
            size="large"
            autoComplete="username"
            autoFocus={!of.username}
            value={of.username}
            onChange={e => of.setUsername(e.target.value)}
          />
        )}
      </Field>
      <Field label={t('sign_in.password')} error={of.send.fields.password} required>
        {a => (
          <Input.Password
            {...a}
            size="large"
            autoComplete="current-password"
            autoFocus={Boolean(of.username)}
            value={of.password}
            onChange={e => of.setPassword(e.target.value)}
          />
        )}
      </Field>
    </>
  );
}

/** Absent where the installation has no provider. */
function SingleSignOn() {
  const { data: methods } = useQuery({
    queryKey: ['methods'],
    queryFn: () => data(api.GET('/session/methods')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!methods?.sso) return null;
  return (
    <a className="btn wide sso" href={`${base}/session/oidc/start`}>
      {t('sign_in.sso', { name: methods.sso })}
    </a>
  );
}

export function SignInPage() {
  const lang = useLang();
  const of = useSignIn();
  const { busy, trouble } = of.send;
  return (
    <main className="door">
      <form onSubmit={of.submit} noValidate>
        <div className="logo" aria-hidden="true">
          管
        </div>
        <H1>{t('sign_in.title')}</H1>
        {of.text && (
          <p className="trouble" role="alert">
            {of.text}
          </p>
        )}
        {of.step === 'password' ? <PasswordFields of={of} /> : <CodeField of={of} />}
        <TroubleNote trouble={trouble} />
        <button type="submit" className="btn go wide" disabled={busy}>
          {t(busy ? 'sign_in.busy' : 'sign_in.go')}
        </button>
        {of.step === 'password' && <SingleSignOn />}
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
