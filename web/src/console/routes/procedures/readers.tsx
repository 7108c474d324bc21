// Who has not read what they work with (PRO-01b), and what one still has to read oneself.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { named } from '../../../kit/checklist.tsx';
import { api, base, data } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { dayText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { dayOf } from '../../../kit/time.ts';
import type { ProcedureBehind } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

export function ToReadPage() {
  const query = useQuery({
    queryKey: ['to-read'],
    queryFn: async () => (await data(api.GET('/procedures/to-read'))).items,
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('procedures.to_read')}</H1>
      </header>
      <Tabs of="procedures" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data?.length === 0 && <Empty>{t('procedures.to_read.none')}</Empty>}
        {(query.data?.length ?? 0) > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('procedures.name')}</th>
                <th>{t('procedures.current')}</th>
                <th>{t('procedures.what_changed')}</th>
                <th>{t('procedures.published')}</th>
              </tr>
            </thead>
            <tbody>
              {query.data?.map(v => (
                <tr key={v.id}>
                  <td className="b">
                    <Link to="/console/procedures/$id" params={{ id: v.procedureId }} search={{}}>
                      {named(v.doc)}
                    </Link>
                  </td>
                  <td>{t('procedures.version', { n: v.number })}</td>
                  <td className="cut">{v.words || '–'}</td>
                  <td className="dim">{v.publishedAt && <When at={v.publishedAt} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}

function Lag({ of }: { of: ProcedureBehind['missing'][number] }) {
  const said = [
    of.tries && t('procedures.readers.tries', { n: of.tries, best: of.best ?? 0 }),
    of.remindedAt && t('procedures.readers.reminded', { at: dayText(dayOf(Date.parse(of.remindedAt))) }),
  ].filter(Boolean);
  return said.length > 0 ? <span className="dim3">{said.join(' · ')}</span> : null;
}

function Remind({ version }: { version: string }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const remind = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/procedure-versions/{id}/remind', {
          params: { path: { id: version }, header: once },
          body: { community },
        }),
      ),
    );
    if (!made) return;
    toast(t('procedures.readers.done', { n: made.people }));
    void client.invalidateQueries({ queryKey: ['procedures', 'readers'] });
  };
  return (
    <>
      <button type="button" className="btn" disabled={send.busy} onClick={() => void remind()}>
        {t('procedures.readers.remind')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </>
  );
}

/** Who tried the quiz, and how it went: read when it is opened. */
function Attempts({ version }: { version: string }) {
  const community = useCommunity();
  const [open, setOpen] = useState(false);
  const query = useQuery({
    queryKey: ['procedures', 'attempts', version, community],
    queryFn: async () =>
      (
        await data(
          api.GET('/procedure-versions/{id}/attempts', {
            params: { path: { id: version }, query: { community } },
          }),
        )
      ).items,
    enabled: open,
  });
  return (
    <details onToggle={e => setOpen(e.currentTarget.open)}>
      <summary className="dim">{t('procedures.readers.attempts')}</summary>
      <ErrorNote query={query} />
      {query.data?.length === 0 && <p className="dim">{t('procedures.readers.attempts.none')}</p>}
      <ul>
        {query.data?.map(a => (
          <li key={a.id}>
            {a.name} <When at={a.at} /> {a.right}/{a.questions}{' '}
            <span className={a.passed ? 'tag green' : 'tag amber'}>
              {t(a.passed ? 'procedures.readers.passed' : 'procedures.readers.failed')}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function ReadersPage() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['procedures', 'readers', community],
    queryFn: async () =>
      (await data(api.GET('/procedures/readers', { params: { query: { community } } }))).items,
  });
  const rows = query.data ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('procedures.readers')}</H1>
        <span className="grow" />
        {rows.length > 0 && (
          <a
            className="btn"
            href={`${base}/procedures/readers/export.xlsx?${new URLSearchParams({ community })}`}
            download
          >
            {t('list.export')}
          </a>
        )}
      </header>
      <Tabs of="procedures" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {query.data && rows.length === 0 && <Empty>{t('procedures.readers.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('procedures.name')}</th>
                <th>{t('procedures.current')}</th>
                <th className="num">{t('procedures.readers.n')}</th>
                <th>{t('procedures.readers.who')}</th>
                <th>
                  <span className="quiet-reading">{t('procedures.readers.remind')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.versionId}>
                  <td className="b">
                    <Link to="/console/procedures/$id" params={{ id: row.procedureId }} search={{}}>
                      {named(row)}
                    </Link>
                  </td>
                  <td>{t('procedures.version', { n: row.number })}</td>
                  <td className="num">
                    {row.concerned - row.missing.length}/{row.concerned}
                  </td>
                  <td className={row.missing.length > 0 ? '' : 'dim3'}>
                    {row.missing.length === 0 && t('procedures.readers.all')}
                    {row.missing.map(m => (
                      <span key={m.name} className="sop-fact">
                        {m.name} <Lag of={m} />
                      </span>
                    ))}
                    {row.quiz && <Attempts version={row.versionId} />}
                  </td>
                  <td>{row.missing.length > 0 && <Remind version={row.versionId} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
