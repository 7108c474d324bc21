// A room changes hands: what the old owner owes, has paid ahead and is not served any more; kept, printed, signed (PAY-05a).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, base, data, upload } from '../../../kit/client.ts';
import { fenOf, ofFen, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { SignatureInput } from '../../../kit/signature.tsx';
import { exact, today } from '../../../kit/time.ts';
import type { Settlement } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/settlements/$room');

function Lines({ of }: { of: Settlement }) {
  const { owed, ahead, unserved } = of.figures;
  const net = fenOf(of.ahead) + fenOf(of.unserved) - fenOf(of.owes);
  return (
    <article className="stack cashier-sheet">
      <h2>{t('settle.sheet', { room: of.label, day: of.day ?? '', owners: of.owners })}</h2>
      {owed.length + ahead.length + unserved.length === 0 && <Empty>{t('settle.nothing')}</Empty>}
      {owed.length > 0 && (
        <table className="grid" aria-label={t('settle.owed')}>
          <thead>
            <tr>
              <th>{t('settle.owed')}</th>
              <th>{t('settle.days')}</th>
              <th className="num">{t('settle.open')}</th>
              <th className="num">{t('settle.late')}</th>
            </tr>
          </thead>
          <tbody>
            {owed.map(l => (
              <tr key={l.lineId}>
                <td>
                  {l.itemName} {l.period}
                </td>
                <td className="dim">
                  {l.from} – {l.to}
                </td>
                <td className="num">{yuan(l.open)}</td>
                <td className="num">{yuan(l.lateFee)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {ahead.length > 0 && (
        <table className="grid" aria-label={t('settle.ahead')}>
          <thead>
            <tr>
              <th>{t('settle.ahead')}</th>
              <th>{t('receipt.number')}</th>
              <th>{t('payment.day')}</th>
              <th className="num">{t('bill.amount')}</th>
            </tr>
          </thead>
          <tbody>
            {ahead.map(p => (
              <tr key={p.paymentId}>
                <td>{t(`refund.origin.${p.origin}`)}</td>
                <td>{p.receipt}</td>
                <td>{p.day}</td>
                <td className="num">{yuan(p.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {unserved.length > 0 && (
        <table className="grid" aria-label={t('settle.unserved')}>
          <thead>
            <tr>
              <th>{t('settle.unserved')}</th>
              <th className="num">{t('settle.paid')}</th>
              <th>{t('settle.share')}</th>
              <th className="num">{t('bill.amount')}</th>
            </tr>
          </thead>
          <tbody>
            {unserved.map(l => (
              <tr key={l.lineId}>
                <td>
                  {l.itemName} {l.period}
                </td>
                <td className="num">{yuan(l.paid)}</td>
                <td className="dim">{t('settle.share.days', { days: l.days, of: l.of })}</td>
                <td className="num">{yuan(l.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p data-testid="settle-net">
        {t('settle.sums', { owes: yuan(of.owes), ahead: yuan(of.ahead), unserved: yuan(of.unserved) })}{' '}
        <b>{t(net >= 0 ? 'settle.back' : 'settle.due', { yuan: yuan(ofFen(Math.abs(net))) })}</b>
      </p>
      <p className="dim">{t('settle.note')}</p>
      <p>{t('settle.sign_line')}</p>
    </article>
  );
}

function Sign({ of, onDone }: { of: Settlement; onDone: () => void }) {
  const send = useSend();
  const [picture, setPicture] = useState<Blob>();
  const keep = async () => {
    if (!send.fix(picture ? {} : { file: t('settle.sign.missing') }) || !picture) return;
    const done = await send.run(() => upload(`/settlements/${of.id}/photos`, picture, 'signature.png'));
    if (!done) return;
    toast(t('settle.signed.told'));
    onDone();
  };
  return (
    <div className="stack no-print">
      <Field label={t('settle.sign')} error={send.fields.file}>
        {a => <SignatureInput a={a} onChange={setPicture} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="button" className="btn go" disabled={send.busy} onClick={() => void keep()}>
          {t('settle.sign')}
        </button>
      </p>
    </div>
  );
}

export function SettlementPage() {
  const { room } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const can = useCan();
  const send = useSend();
  const day = search.day ?? today();
  const now = useQuery({
    queryKey: ['settlement', room, day],
    queryFn: () =>
      data(api.GET('/rooms/{id}/settlement', { params: { path: { id: room }, query: { day } } })),
  });
  const kept = useQuery({
    queryKey: ['settlements', room],
    queryFn: () => data(api.GET('/rooms/{id}/settlements', { params: { path: { id: room } } })),
  });
  const all = kept.data?.items ?? [];
  const shown = all.find(s => s.id === search.open) ?? now.data;
  const done = () => void client.invalidateQueries({ queryKey: ['settlements'] });
  const keep = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/rooms/{id}/settlements', {
          params: { path: { id: room }, header: once },
          body: { day },
        }),
      ),
    );
    if (!made) return;
    done();
    void navigate({ search: { day, open: made.id ?? '' }, replace: true });
  };
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{t('settle.title')}</H1>
        <span className="grow" />
        <label className="row">
          {t('settle.day')}
          <input
            type="date"
            value={day}
            onChange={e =>
              void navigate({ search: e.target.value ? { day: e.target.value } : {}, replace: true })
            }
          />
        </label>
        <button type="button" className="btn" onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={now} />
          {now.isPending && <Skeleton rows={6} />}
          {shown && <Lines of={shown} />}
        </div>
        <aside className="state-side no-print" aria-label={t('settle.kept')}>
          <h2>{t('settle.kept')}</h2>
          <ErrorNote query={kept} />
          {kept.data && all.length === 0 && <p className="dim">{t('settle.kept.none')}</p>}
          <ul className="lines">
            {all.map(s => (
              <li key={s.id}>
                <button
                  type="button"
                  className="link grow"
                  onClick={() =>
                    void navigate({ search: { day: s.day ?? day, open: s.id ?? '' }, replace: true })
                  }
                >
                  {s.day} {s.at && exact(s.at)}
                </button>
                <span className={s.signedAt ? 'tag green' : 'tag amber'}>
                  {t(s.signedAt ? 'settle.signed' : 'settle.unsigned')}
                </span>
              </li>
            ))}
          </ul>
          {can('refund.ask') && now.data && !search.open && (
            <p>
              <button type="button" className="btn go" disabled={send.busy} onClick={() => void keep()}>
                {t('settle.keep')}
              </button>
            </p>
          )}
          <TroubleNote trouble={send.trouble} />
          {search.open && shown?.signedAt && (
            <p>
              <a href={`${base}/settlements/${shown.id}/signature`} target="_blank" rel="noreferrer">
                {t('settle.signature', { who: shown.signedBy ?? '', at: exact(shown.signedAt) })}
              </a>
            </p>
          )}
          {search.open && shown?.id && !shown.signedAt && can('refund.ask') && (
            <Sign of={shown} onDone={done} />
          )}
          <p>
            <Link to="/console/cashier" search={{ room }}>
              {t('settle.to_desk')}
            </Link>
          </p>
        </aside>
      </div>
    </main>
  );
}
