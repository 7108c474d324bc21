// How letters leave the house, and when residents are left in peace.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { MailServer } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const texts = ['host', 'port', 'user', 'sender', 'senderName', 'site'] as const;
type Text = (typeof texts)[number];
type Security = MailServer['security'];

const usualPort: Record<Security, string> = { starttls: '587', tls: '465', none: '25' };

function ServerForm({ server }: { server: MailServer }) {
  const client = useQueryClient();
  const send = useSend();
  const [password, setPassword] = useState('');
  const [values, set, edit] = useEdit({
    ...(Object.fromEntries(texts.map(name => [name, String(server[name])])) as Record<Text, string>),
    on: server.version === 0 || server.on,
    security: server.security,
  });
  const { on, security } = values;
  const secure = (next: Security) =>
    set({ security: next, ...(values.port === usualPort[security] ? { port: usualPort[next] } : {}) });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const port = Number(values.port);
    if (!send.fix(Number.isInteger(port) && port > 0 && port < 65536 ? {} : { port: t('mail.port.wrong') }))
      return;
    const body = { ...values, port, ...(password ? { password } : {}) };
    const made = await send.run(() =>
      data(api.PUT('/mail-server', { params: { header: match(server.version) }, body })),
    );
    if (!made) return;
    edit.saved();
    setPassword('');
    toast(t('mail.saved'));
    await client.invalidateQueries({ queryKey: ['mail-server'] });
  };
  const field = (name: Text, required: boolean) => (
    <Field
      key={name}
      label={t(`mail.${name}`)}
      hint={t(`mail.${name}.hint`)}
      error={send.fields[name]}
      newer={edit.newer[name]}
      required={required}
    >
      {a => (
        <Input
          {...a}
          autoComplete="off"
          inputMode={name === 'port' ? 'numeric' : undefined}
          value={values[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <label className="row line">
        <span className="grow">{t('mail.on')}</span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={on}
          className="switch"
          checked={on}
          onChange={e => set({ on: e.target.checked })}
        />
      </label>
      <NewerNote of={edit.newer.on} />
      {field('host', on)}
      <Choice<Security>
        legend={t('mail.security')}
        name="security"
        value={security}
        onChange={secure}
        error={send.fields.security}
        newer={edit.newer.security}
        options={(['starttls', 'tls', 'none'] as const).map(value => ({
          value,
          label: t(`mail.security.${value}`),
        }))}
      />
      {field('port', on)}
      {field('user', false)}
      <Field
        label={t('mail.password')}
        hint={t(server.passwordSet ? 'mail.password.kept' : 'mail.password.hint')}
        error={send.fields.password}
      >
        {a => (
          <Input.Password
            {...a}
            autoComplete="new-password"
            value={password}
            onChange={e => setPassword(e.target.value)}
          />
        )}
      </Field>
      {field('sender', on)}
      {field('senderName', on)}
      {field('site', false)}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
      </p>
    </form>
  );
}

function TestForm() {
  const send = useSend();
  const [to, setTo] = useState('');
  const [said, setSaid] = useState<{ taken: boolean; words?: string }>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaid(undefined);
    const made = await send.run(header =>
      data(api.POST('/mail-server/test', { params: { header }, body: { to } })),
    );
    if (made) setSaid(made);
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <Field label={t('mail.test.to')} hint={t('mail.test.hint')} error={send.fields.to} required>
        {a => <Input {...a} type="email" value={to} onChange={e => setTo(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      {said && (
        <p className={said.taken ? 'ask calm' : 'trouble'} role={said.taken ? 'status' : 'alert'}>
          {said.taken ? t('mail.test.taken') : t('mail.test.refused', { words: said.words })}
        </p>
      )}
      <p>
        <button type="submit" className="btn" disabled={send.busy || to.trim() === ''}>
          {t(send.busy ? 'mail.test.sending' : 'mail.test.send')}
        </button>
      </p>
    </form>
  );
}

function Server() {
  const query = useQuery({ queryKey: ['mail-server'], queryFn: () => data(api.GET('/mail-server')) });
  const server = query.data;
  return (
    <>
      <section aria-label={t('mail.server')}>
        <h2 className="sub">{t('mail.server')}</h2>
        {query.isPending && <Skeleton rows={6} />}
        <ErrorNote query={query} />
        {server?.downSince && (
          <p className="trouble" role="status">
            <span className="grow">
              {t('mail.down', { words: server.downWhy, n: server.waiting })} <When at={server.downSince} />
            </span>
          </p>
        )}
        {server && <ServerForm server={server} />}
      </section>
      {server && server.version > 0 && (
        <section aria-label={t('mail.test')}>
          <h2 className="sub">{t('mail.test')}</h2>
          <TestForm />
        </section>
      )}
    </>
  );
}

const clockText = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

function QuietForm({
  quiet,
  community,
}: {
  quiet: { from: number; to: number; version: number };
  community: string;
}) {
  const client = useQueryClient();
  const send = useSend();
  const [span, setSpan, edit] = useEdit({ from: clockText(quiet.from), to: clockText(quiet.to) });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { from: minutesOf(span.from), to: minutesOf(span.to) };
    const made = await send.run(() =>
      data(
        api.PUT('/message-settings', {
          params: { query: { community }, header: match(quiet.version) },
          body,
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('mail.saved'));
    await client.invalidateQueries({ queryKey: ['quiet'] });
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <p className="dim">{t('quiet.note')}</p>
      {(['from', 'to'] as const).map(name => (
        <Field
          key={name}
          label={t(`quiet.${name}`)}
          error={send.fields[name]}
          newer={edit.newer[name]}
          required
        >
          {a => (
            <Input
              {...a}
              type="time"
              value={span[name]}
              onChange={e => e.target.value && setSpan({ [name]: e.target.value })}
            />
          )}
        </Field>
      ))}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
      </p>
    </form>
  );
}

function QuietHours() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['quiet', community],
    queryFn: () => data(api.GET('/message-settings', { params: { query: { community } } })),
    enabled: community !== '',
  });
  return (
    <section aria-label={t('quiet.title')}>
      <h2 className="sub">{t('quiet.title')}</h2>
      {query.isPending && <Skeleton rows={2} />}
      <ErrorNote query={query} />
      {query.data && <QuietForm key={community} quiet={query.data} community={community} />}
    </section>
  );
}

export function MailPage() {
  const can = useCan();
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.mail')}</H1>
      </header>
      <Tabs of="settings" />
      <div className="page-body stack">
        {can('message.server') && <Server />}
        <QuietHours />
      </div>
    </main>
  );
}
