// The second factor and single sign-on of one's own account. What decides who can sign in asks for the password again.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import { useSignOut } from '../../../kit/session.ts';
import { returned } from '../../returned.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

type Begun = { secret: string; uri: string; qr: string };
type Send = ReturnType<typeof useSend>;

/** The current password and the one thing it is asked for. */
function Confirm({
  send,
  label,
  act,
  quiet,
}: {
  send: Send;
  label: string;
  act: (password: string) => Promise<boolean>;
  quiet?: boolean;
}) {
  const [password, setPassword] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(password ? {} : { password: t('form.missing') })) return;
    if (await act(password)) setPassword('');
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <Field label={t('security.password')} error={send.fields.password} required>
        {a => (
          <Input.Password
            {...a}
            autoComplete="current-password"
            value={password}
            onChange={e => setPassword(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className={`btn ${quiet ? '' : 'go'}`} disabled={send.busy}>
          {send.busy ? t('form.saving') : label}
        </button>
      </p>
    </form>
  );
}

function Codes({ codes, done }: { codes: string[]; done: () => void }) {
  return (
    <div className="once" role="status">
      <p>{t('security.codes.keep')}</p>
      <ul className="recovery" data-testid="recovery-codes">
        {codes.map(code => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" className="btn go" onClick={done}>
          {t('security.codes.done')}
        </button>
      </p>
    </div>
  );
}

function FirstCode({ begun, done }: { begun: Begun; done: (codes: string[]) => void }) {
  const send = useSend();
  const [code, setCode] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(code.trim() ? {} : { code: t('sign_in.code.missing') })) return;
    const made = await send.run(() =>
      data(api.PUT('/account/second-factor', { body: { code: code.trim() } })),
    );
    if (made) done(made.recoveryCodes);
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <p className="dim">{t('security.factor.scan')}</p>
      <img className="qr" src={begun.qr} alt={t('security.factor.qr')} />
      <p>
        {t('security.factor.secret')} <code data-testid="totp-secret">{begun.secret}</code>
      </p>
      <Field label={t('security.factor.code')} error={send.fields.code} required>
        {a => (
          <Input
            {...a}
            autoFocus
            autoComplete="one-time-code"
            inputMode="numeric"
            value={code}
            onChange={e => setCode(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'security.factor.confirm')}
        </button>
      </p>
    </form>
  );
}

/** From the password to the recovery codes. */
function SetUp({ done }: { done: () => void }) {
  const send = useSend();
  const [begun, setBegun] = useState<Begun>();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <Codes codes={codes} done={done} />;
  if (begun) return <FirstCode begun={begun} done={setCodes} />;
  const begin = async (password: string) => {
    const made = await send.run(() => data(api.POST('/account/second-factor', { body: { password } })));
    if (made) setBegun(made);
    return Boolean(made);
  };
  return <Confirm send={send} label={t('security.factor.begin')} act={begin} />;
}

function Enabled({ left, needed, refresh }: { left: number; needed: boolean; refresh: () => void }) {
  const send = useSend();
  const [codes, setCodes] = useState<string[]>();
  const [doing, setDoing] = useState<'codes' | 'remove'>();
  const renew = async (password: string) => {
    const made = await send.run(() =>
      data(api.POST('/account/second-factor/recovery-codes', { body: { password } })),
    );
    if (made) setCodes(made.recoveryCodes);
    return Boolean(made);
  };
  const remove = async (password: string) => {
    const ok = await send.run(async () => {
      await api.POST('/account/second-factor/remove', { body: { password } });
      return true;
    });
    if (!ok) return false;
    toast(t('security.factor.removed'));
    refresh();
    return true;
  };
  const finish = () => {
    setCodes(undefined);
    setDoing(undefined);
    refresh();
  };
  if (codes) return <Codes codes={codes} done={finish} />;
  return (
    <>
      <p className="row">
        <span className="dim">{t('security.codes.left', { n: left })}</span>
        <button type="button" className="link" onClick={() => setDoing('codes')}>
          {t('security.codes.renew')}
        </button>
        {!needed && (
          <button type="button" className="link" onClick={() => setDoing('remove')}>
            {t('security.factor.remove')}
          </button>
        )}
      </p>
      {needed && <p className="dim">{t('security.factor.needed')}</p>}
      {doing && (
        <Confirm
          key={doing}
          send={send}
          quiet
          label={t(doing === 'codes' ? 'security.codes.renew' : 'security.factor.remove')}
          act={doing === 'codes' ? renew : remove}
        />
      )}
    </>
  );
}

function Factor() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['second-factor'],
    queryFn: () => data(api.GET('/account/second-factor')),
  });
  const refresh = () => void client.invalidateQueries({ queryKey: ['second-factor'] });
  const state = query.data;
  return (
    <section className="stack" aria-label={t('security.factor')}>
      <h2 className="sub">
        {t('security.factor')}
        {state && (
          <span className="tag">{t(state.enabled ? 'security.factor.on' : 'security.factor.off')}</span>
        )}
        {state?.enabled && state.since && (
          <span className="dim3">
            {t('security.factor.since')} <When at={state.since} />
          </span>
        )}
      </h2>
      {query.isPending && <Skeleton rows={2} />}
      <ErrorNote query={query} />
      {state && !state.enabled && <p className="dim">{t('security.factor.why')}</p>}
      {state &&
        (state.enabled ? (
          <Enabled left={state.recoveryCodesLeft} needed={state.needed} refresh={refresh} />
        ) : (
          <SetUp done={refresh} />
        ))}
    </section>
  );
}

/** Absent where the installation has no provider. */
function SingleSignOn() {
  const client = useQueryClient();
  const send = useSend();
  const methods = useQuery({
    queryKey: ['methods'],
    queryFn: () => data(api.GET('/session/methods')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const name = methods.data?.sso;
  const link = useQuery({
    queryKey: ['identity'],
    queryFn: () => data(api.GET('/account/identity')),
    enabled: Boolean(name),
  });
  const [asking, setAsking] = useState(false);
  if (!name || !link.data) return null;
  const { linked } = link.data;
  const act = async (password: string) => {
    if (!linked) {
      const made = await send.run(() => data(api.POST('/account/identity', { body: { password } })));
      if (made) location.assign(made.to);
      return Boolean(made);
    }
    const ok = await send.run(async () => {
      await api.POST('/account/identity/remove', { body: { password } });
      return true;
    });
    if (!ok) return false;
    toast(t('security.sso.removed'));
    setAsking(false);
    await client.invalidateQueries({ queryKey: ['identity'] });
    return true;
  };
  const verb = t(linked ? 'security.sso.remove' : 'security.sso.link');
  return (
    <section className="stack" aria-label={t('security.sso')}>
      <h2 className="sub">{t('security.sso')}</h2>
      {returned && !linked && (
        <p className="trouble" role="alert">
          {wordFor(`sso.${returned}`)}
        </p>
      )}
      <p className="row">
        <span>{t(linked ? 'security.sso.linked' : 'security.sso.unlinked', { name })}</span>
        {!asking && (
          <button type="button" className="link" onClick={() => setAsking(true)}>
            {verb}
          </button>
        )}
      </p>
      {asking && <Confirm send={send} quiet={linked} label={verb} act={act} />}
    </section>
  );
}

export function SecurityPage() {
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('security.title')}</H1>
      </header>
      <div className="page-body stack">
        <Factor />
        <SingleSignOn />
      </div>
    </main>
  );
}

/** A role asks for a second factor: nothing else is allowed before. */
export function ForcedFactorPage() {
  const client = useQueryClient();
  const signOut = useSignOut();
  return (
    <main className="door">
      <div>
        <div className="logo" aria-hidden="true">
          管
        </div>
        <H1>{t('security.forced')}</H1>
        <p className="dim">{t('security.forced.why')}</p>
        <SetUp done={() => void client.refetchQueries({ queryKey: ['session'] })} />
        <p className="door-foot">
          <button type="button" className="link" onClick={() => void signOut()}>
            {t('account.sign_out')}
          </button>
        </p>
      </div>
    </main>
  );
}
