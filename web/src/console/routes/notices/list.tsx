// What concerns oneself: given to one, or a clock that runs out (TIC-03b).
import { getRouteApi, Link } from '@tanstack/react-router';
import { noticeText, useMarkRead, useNotices, useUnread } from '../../../kit/notices.ts';
import { GradeBadge, When } from '../../../kit/parts.tsx';
import type { Notice } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/notices');

function Row({ notice, read }: { notice: Notice; read: (id: string) => void }) {
  const fresh = !notice.readAt;
  return (
    <tr data-testid="notice">
      <td>
        <GradeBadge grade={notice.grade} />
      </td>
      <td className={fresh ? 'b' : 'dim'}>
        {fresh && <span className="quiet-reading">{t('notices.fresh')}</span>}
        {noticeText(notice)}
      </td>
      <td className="cut">
        <Link
          to="/console/tickets/$id"
          params={{ id: notice.ticketId }}
          onClick={() => fresh && read(notice.id)}
          className={fresh ? 'b' : ''}
        >
          {notice.title}
        </Link>
      </td>
      <td className="dim cut">{notice.place}</td>
      <td className="dim3 nw">{notice.number}</td>
      <td className="dim nw">
        <When at={notice.at} />
      </td>
      <td className="num">
        {fresh && (
          <button type="button" className="btn quiet" onClick={() => read(notice.id)}>
            {t('notices.read')}
          </button>
        )}
      </td>
    </tr>
  );
}

export function NoticesPage() {
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const unread = view !== 'all';
  const query = useNotices(unread);
  const waiting = useUnread(true).data ?? 0;
  const mark = useMarkRead();
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const all = async () => {
    await mark();
    toast(t('notices.all_read'));
  };
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('nav.notices')}</H1>
        <span className="grow" />
        {waiting > 0 && (
          <button type="button" className="btn" onClick={() => void all()}>
            {t('notices.read_all')}
          </button>
        )}
      </header>
      <nav className="tabs views" aria-label={t('nav.notices')}>
        {(['unread', 'all'] as const).map(name => (
          <button
            key={name}
            type="button"
            className={unread === (name === 'unread') ? 'on' : ''}
            aria-current={unread === (name === 'unread') ? 'true' : undefined}
            onClick={() => void navigate({ search: name === 'all' ? { view: 'all' } : {}, replace: true })}
          >
            {t(`notices.${name}`)} {name === 'unread' && <em>{waiting || ''}</em>}
          </button>
        ))}
      </nav>
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {query.data && rows.length === 0 && <Empty>{t(unread ? 'notices.none' : 'notices.never')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('tickets.grade')}</th>
                <th>{t('nav.notices')}</th>
                <th>{t('tickets.matter')}</th>
                <th>{t('tickets.place')}</th>
                <th>{t('tickets.number')}</th>
                <th>{t('notices.at')}</th>
                <th>
                  <span className="quiet-reading">{t('notices.read')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(n => (
                <Row key={n.id} notice={n} read={id => void mark(id)} />
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </div>
    </main>
  );
}
