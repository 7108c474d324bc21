// A mobile and a code: sent where there is a channel, else shown by the front desk (ACC-09).
import { type FormEvent, useState } from 'react';
import { api, data } from '../kit/client.ts';
import { Field, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { useEnter } from './session.ts';
import { t } from './words/index.ts';

export function SignInPage() {
  const enter = useEnter();
  const send = useSend();
  const [mobile, setMobile] = useState('');
  const [code, setCode] = useState('');
  const [asked, setAsked] = useState(false);
  const ask = async () => {
    if (!send.fix(mobile.trim() ? {} : { mobile: t('sign_in.mobile.missing') })) return;
    const made = await send.run(async once => {
      await api.POST('/resident/session/code', { params: { header: once }, body: { mobile: mobile.trim() } });
      return true;
    });
    if (made) setAsked(true);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!mobile.trim()) wrong.mobile = t('sign_in.mobile.missing');
    if (!code.trim()) wrong.code = t('sign_in.code.missing');
    if (!send.fix(wrong)) return;
    const me = await send.run(once =>
      data(
        api.POST('/resident/session', {
          params: { header: once },
          body: { mobile: mobile.trim(), code: code.trim() },
        }),
      ),
    );
    if (!me) return;
    enter(me);
  };
  return (
    <main className="door">
      <form onSubmit={submit} noValidate>
        <h1>{t('sign_in.title')}</h1>
        <p className="dim">{t('sign_in.note')}</p>
        <Field label={t('sign_in.mobile')} error={send.fields.mobile}>
          {a => (
            <input
              {...a}
              className="in"
              type="tel"
              autoComplete="tel"
              value={mobile}
              onChange={e => setMobile(e.target.value)}
            />
          )}
        </Field>
        <Field label={t('sign_in.code')} error={send.fields.code}>
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
        <button type="button" className="pbtn" disabled={send.busy} onClick={() => void ask()}>
          {t('sign_in.ask')}
        </button>
        {asked && (
          <p className="dim" role="status">
            {t('sign_in.asked')}
          </p>
        )}
        <TroubleNote trouble={send.trouble} />
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t('sign_in.go')}
        </button>
      </form>
    </main>
  );
}
