// A notice as it is printed and served; for calls and visits, what is to be said.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { currentLang } from '../../../kit/i18n.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/arrears/notices/$id');

export function NoticePage() {
  const { id } = route.useParams();
  const query = useQuery({
    queryKey: ['owed', 'notice', id],
    queryFn: () => data(api.GET('/arrears-tasks/{id}/notice', { params: { path: { id } } })),
  });
  const n = query.data;
  const spoken = n?.dun.channel === 'call' || n?.dun.channel === 'visit';
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{n ? t('paper.of', { what: t(`dun.${n.dun.channel}`), room: n.label }) : t('paper.title')}</H1>
        <span className="grow" />
        {n && (
          <Link className="btn" to="/console/arrears/$roomId" params={{ roomId: n.dun.roomId }}>
            {t('paper.back')}
          </Link>
        )}
        <button type="button" className="btn go" onClick={() => window.print()}>
          {t('paper.print')}
        </button>
      </header>
      <div className="page-body">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {n && n.lines.length === 0 && <Empty>{t('paper.settled')}</Empty>}
        {n && n.lines.length > 0 && (
          <article className="paper stack">
            <h2>{spoken ? t('paper.say') : t('paper.head', { place: n.place.name })}</h2>
            <p>{currentLang() === 'en' ? n.en : n.zh}</p>
            <table className="grid">
              <thead>
                <tr>
                  <th>{t('bill.period')}</th>
                  <th>{t('bill.item')}</th>
                  <th>{t('bill.due')}</th>
                  <th className="num">{t('arrears.open')}</th>
                  <th className="num">{t('arrears.late')}</th>
                </tr>
              </thead>
              <tbody>
                {n.lines.map(l => (
                  <tr key={l.id}>
                    <td>{l.period}</td>
                    <td>{l.itemName}</td>
                    <td>{l.due}</td>
                    <td className="num">{yuan(l.open)}</td>
                    <td className="num">{yuan(l.lateFee)}</td>
                  </tr>
                ))}
                <tr>
                  <td className="b" colSpan={3}>
                    {t('run.total')}
                  </td>
                  <td className="num b">{yuan(n.open)}</td>
                  <td className="num b">{yuan(n.lateFee)}</td>
                </tr>
              </tbody>
            </table>
            <p>{t('paper.late', { day: n.asOf })}</p>
            <dl className="facts tall">
              {[
                [t('paper.office'), [n.place.name, n.place.address].filter(Boolean).join(' · ')],
                [t('paper.phone'), n.place.phone],
                [t('paper.hours'), n.place.hours || t('paper.hours.said')],
                [
                  t('paper.complain'),
                  t('paper.complain.said', { phone: n.place.phone, where: n.place.complaint }),
                ],
              ]
                .filter(([, v]) => v)
                .map(([name, v]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{v}</dd>
                  </div>
                ))}
            </dl>
            {!spoken && <p className="sign">{t('paper.sign')}</p>}
            <p className="dim">
              {n.place.company} · {n.asOf}
            </p>
          </article>
        )}
      </div>
    </main>
  );
}
