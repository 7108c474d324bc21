// Gateways of smart meters: who sends readings, when at last, and what was refused; a token is shown once (BIL-04).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { MeterGateway } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

/** The token of a gateway that was just made: nobody can see it again. */
function Token({ name, token, onDone }: { name: string; token: string; onDone: () => void }) {
  const copy = async () => {
    await navigator.clipboard.writeText(token);
    toast(t('gateway.copied'));
  };
  return (
    <section className="stack pad-row" aria-label={t('gateway.token')} data-testid="token">
      <p className="b">{t('gateway.once', { name })}</p>
      <div className="row wrap">
        <code className="secret">{token}</code>
        <button type="button" className="btn" onClick={() => void copy()}>
          {t('gateway.copy')}
        </button>
        <button type="button" className="btn quiet" onClick={onDone}>
          {t('gateway.kept')}
        </button>
      </div>
      <p className="dim">{t('gateway.how', { address: `${location.origin}${base}/gateway-readings` })}</p>
    </section>
  );
}

function NewGateway({ onMade }: { onMade: (name: string, token: string) => void }) {
  const community = useCommunity();
  const send = useSend();
  const [name, setName] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(name.trim() ? {} : { name: t('form.missing') })) return;
    const made = await send.run(once =>
      data(api.POST('/meter-gateways', { params: { header: once }, body: { community, name } })),
    );
    if (!made) return;
    setName('');
    onMade(made.name, made.token);
  };
  return (
    <form className="row wrap pad-row" onSubmit={submit} noValidate aria-label={t('gateway.new')}>
      <Field label={t('gateway.name')} error={send.fields.name} required>
        {a => (
          <Input
            {...a}
            maxLength={60}
            placeholder={t('gateway.name.example')}
            value={name}
            onChange={e => setName(e.target.value)}
          />
        )}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('gateway.new')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

function Refusals({ of }: { of: MeterGateway }) {
  return (
    <table className="grid" aria-label={t('gateway.refusals', { name: of.name })}>
      <thead>
        <tr>
          <th>{t('gateway.read_at')}</th>
          <th>{t('meter.number')}</th>
          <th className="num">{t('meter.value')}</th>
          <th>{t('gateway.why')}</th>
        </tr>
      </thead>
      <tbody>
        {of.refusals.map((r, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same reading may be refused twice
          <tr key={n}>
            <td className="nw">{exact(r.at)}</td>
            <td className="nw">{r.number}</td>
            <td className="num">{r.value}</td>
            <td>{r.message}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Row({ of: g, onEnded }: { of: MeterGateway; onEnded: () => void }) {
  const send = useSend();
  const [open, setOpen] = useState(false);
  const [sure, setSure] = useState(false);
  const end = async () => {
    const done = await send.run(once =>
      data(
        api.POST('/meter-gateways/{id}/end', {
          params: { path: { id: g.id }, header: { ...once, ...match(g.version) } },
        }),
      ),
    );
    if (!done) return;
    toast(t('gateway.ended_now'));
    onEnded();
  };
  return (
    <>
      <tr data-testid="gateway">
        <td className="b nw">{g.name}</td>
        <td className="nw">
          {g.endedAt ? (
            <span className="tag">{t('gateway.ended', { day: exact(g.endedAt), by: g.endedBy ?? '' })}</span>
          ) : (
            <span className="tag green">{t('gateway.live')}</span>
          )}
        </td>
        <td className="nw dim">{g.usedAt ? exact(g.usedAt) : t('gateway.never')}</td>
        <td className="num">{g.entered}</td>
        <td className="num">
          {g.refused > 0 ? (
            <button
              type="button"
              className="cell"
              aria-expanded={open}
              aria-label={t('gateway.refusals', { name: g.name })}
              onClick={() => setOpen(!open)}
            >
              {g.refused}
            </button>
          ) : (
            0
          )}
        </td>
        <td className="nw dim">
          {exact(g.madeAt)} {g.by}
        </td>
        <td className="nw">
          {!g.endedAt && !sure && (
            <button type="button" className="btn quiet" onClick={() => setSure(true)}>
              {t('gateway.end')}
            </button>
          )}
          {sure && !g.endedAt && (
            <span className="row">
              <button type="button" className="btn go" disabled={send.busy} onClick={() => void end()}>
                {t('gateway.end.sure', { name: g.name })}
              </button>
              <button type="button" className="btn quiet" onClick={() => setSure(false)}>
                {t('form.back')}
              </button>
            </span>
          )}
          <TroubleNote trouble={send.trouble} />
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={7}>
            <Refusals of={g} />
          </td>
        </tr>
      )}
    </>
  );
}

export function GatewaysPage() {
  const community = useCommunity();
  const client = useQueryClient();
  const [made, setMade] = useState<{ name: string; token: string }>();
  const query = useQuery({
    queryKey: ['meter-gateways', community],
    queryFn: () => data(api.GET('/meter-gateways', { params: { query: { community } } })),
    enabled: community !== '',
  });
  const again = () => void client.invalidateQueries({ queryKey: ['meter-gateways'] });
  const rows = query.data?.items ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.gateways')}</H1>
      </header>
      <Tabs of="fees" />
      <div className="page-body flush">
        {made ? (
          <Token {...made} onDone={() => setMade(undefined)} />
        ) : (
          <NewGateway
            onMade={(name, token) => {
              setMade({ name, token });
              again();
            }}
          />
        )}
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={4} />}
        {query.data && rows.length === 0 && <Empty>{t('gateway.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid" aria-label={t('fees.gateways')}>
            <thead>
              <tr>
                <th>{t('gateway.name')}</th>
                <th>{t('bill.state')}</th>
                <th>{t('gateway.used')}</th>
                <th className="num">{t('gateway.entered')}</th>
                <th className="num">{t('gateway.refused')}</th>
                <th>{t('gateway.made')}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {rows.map(g => (
                <Row key={g.id} of={g} onEnded={again} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
