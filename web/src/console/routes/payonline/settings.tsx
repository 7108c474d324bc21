// The merchants by which a community is paid online: keys are written, never shown (PAY-03).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { PayChannel } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const texts = {
  wechat: ['appId', 'merchant', 'serial', 'platformId', 'site'],
  alipay: ['appId', 'merchant', 'site'],
} as const;
type Text = (typeof texts)['wechat'][number];

const start = (c: PayChannel): Record<Text, string> => ({
  appId: c.appId,
  merchant: c.merchant,
  serial: c.serial ?? '',
  platformId: c.platformId ?? '',
  site: c.site || location.origin,
});

function Secret({
  name,
  kept,
  value,
  error,
  onChange,
}: {
  name: 'privateKey' | 'v3Key';
  kept: boolean;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  return (
    <Field
      label={t(`paychannel.${name}`)}
      hint={t(kept ? 'paychannel.kept' : `paychannel.${name}.hint`)}
      error={error}
    >
      {a =>
        name === 'v3Key' ? (
          <Input.Password
            {...a}
            autoComplete="new-password"
            value={value}
            onChange={e => onChange(e.target.value)}
          />
        ) : (
          <Input.TextArea
            {...a}
            rows={4}
            spellCheck={false}
            value={value}
            onChange={e => onChange(e.target.value)}
          />
        )
      }
    </Field>
  );
}

function Test({ channel }: { channel: PayChannel }) {
  const send = useSend();
  const [said, setSaid] = useState<{ works: boolean; words?: string }>();
  const test = async () => {
    setSaid(undefined);
    const made = await send.run(header =>
      data(
        api.POST('/pay-channels/{id}/test', {
          params: { path: { id: channel.community }, header },
          body: { channel: channel.channel },
        }),
      ),
    );
    if (made) setSaid(made);
  };
  return (
    <>
      <TroubleNote trouble={send.trouble} />
      {said && (
        <p className={said.works ? 'ask calm' : 'trouble'} role={said.works ? 'status' : 'alert'}>
          {said.works ? t('paychannel.works') : t('paychannel.refused', { words: said.words ?? '' })}
        </p>
      )}
      <p>
        <button type="button" className="btn" disabled={send.busy} onClick={() => void test()}>
          {t('paychannel.test')}
        </button>
      </p>
    </>
  );
}

function Form({ channel }: { channel: PayChannel }) {
  const client = useQueryClient();
  const send = useSend();
  const name = channel.channel;
  const [values, setValues, edit] = useEdit(start(channel));
  const [{ on, publicKey }, set, more] = useEdit({ on: channel.on, publicKey: channel.publicKey });
  const [privateKey, setPrivate] = useState('');
  const [v3Key, setV3] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = {
      channel: name,
      on,
      appId: values.appId,
      merchant: values.merchant,
      site: values.site,
      publicKey,
      ...(name === 'wechat' ? { serial: values.serial, platformId: values.platformId } : {}),
      ...(privateKey ? { privateKey } : {}),
      ...(v3Key ? { v3Key } : {}),
    };
    const made = await send.run(() =>
      data(
        api.PUT('/pay-channels/{id}', {
          params: { path: { id: channel.community }, header: match(channel.version) },
          body,
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    more.saved();
    setPrivate('');
    setV3('');
    toast(t('paychannel.saved'));
    await client.invalidateQueries({ queryKey: ['pay-channels'] });
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <label className="row line">
        <span className="grow">{t('paychannel.on')}</span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={on}
          className="switch"
          checked={on}
          onChange={e => set({ on: e.target.checked })}
        />
      </label>
      <NewerNote of={more.newer.on} />
      {texts[name].map(field => (
        <Field
          key={field}
          label={t(`paychannel.${name}.${field as 'appId'}`)}
          hint={field === 'site' ? t('paychannel.site.hint') : undefined}
          error={send.fields[field]}
          newer={edit.newer[field]}
          required={on}
        >
          {a => (
            <Input
              {...a}
              autoComplete="off"
              value={values[field]}
              onChange={e => setValues({ [field]: e.target.value })}
            />
          )}
        </Field>
      ))}
      <Secret
        name="privateKey"
        kept={channel.keySet}
        value={privateKey}
        error={send.fields.privateKey}
        onChange={setPrivate}
      />
      {name === 'wechat' && (
        <Secret
          name="v3Key"
          kept={channel.v3KeySet}
          value={v3Key}
          error={send.fields.v3Key}
          onChange={setV3}
        />
      )}
      <Field
        label={t(`paychannel.${name}.publicKey`)}
        hint={t('paychannel.publicKey.hint')}
        error={send.fields.publicKey}
        newer={more.newer.publicKey}
      >
        {a => (
          <Input.TextArea
            {...a}
            rows={4}
            spellCheck={false}
            value={publicKey}
            onChange={e => set({ publicKey: e.target.value })}
          />
        )}
      </Field>
      {channel.id && (
        <p className="dim">
          {t('paychannel.notify')} <code>{`${channel.site}${base}/online-pay/${name}/${channel.id}`}</code>
        </p>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
      </p>
      {channel.keySet && <Test channel={channel} />}
    </form>
  );
}

export function PayChannelsPage() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['pay-channels', community],
    queryFn: async () => (await data(api.GET('/pay-channels', { params: { query: { community } } }))).items,
    enabled: community !== '',
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.payments')}</H1>
      </header>
      <Tabs of="settings" />
      <div className="page-body">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {query.data?.map(c => (
          <section key={c.channel} aria-label={t(`online.channel.${c.channel}`)}>
            <h2 className="sub">{t(`online.channel.${c.channel}`)}</h2>
            <Form key={`${community} ${c.channel}`} channel={c} />
          </section>
        ))}
      </div>
    </main>
  );
}
