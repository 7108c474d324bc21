// What concerns oneself, newest first; opening one marks it as read.
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Icon } from '../kit/icons.tsx';
import { noticeText, useMarkRead, useNotices, useUnread } from '../kit/notices.ts';
import { GradeBadge, When } from '../kit/parts.tsx';
import { Skeleton } from '../kit/phone.tsx';
import { back, go } from './path.ts';
import { t } from './words/index.ts';

export function NoticesPage() {
  const query = useNotices(false);
  const unread = useUnread(true).data ?? 0;
  const mark = useMarkRead();
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main className="screen">
      <header className="navb">
        <button type="button" className="bk" aria-label={t('ticket.back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{t('notices')}</h1>
        {unread > 0 && (
          <button type="button" className="btn" onClick={() => void mark()}>
            {t('notices.read_all')}
          </button>
        )}
      </header>
      <Offline />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {query.data && rows.length === 0 && <p className="empty">{t('notices.none')}</p>}
      <ul>
        {rows.map(n => (
          <li key={n.id} className="job" data-testid="notice">
            <a
              href={`/m/tickets/${n.ticketId}`}
              onClick={event => {
                event.preventDefault();
                if (!n.readAt) void mark(n.id);
                go(`/m/tickets/${n.ticketId}`);
              }}
            >
              <GradeBadge grade={n.grade} />
              <h3 className={n.readAt ? 'dim' : ''}>{noticeText(n)}</h3>
              <span className="nw dim s14">
                <When at={n.at} />
              </span>
              <span className="pl">
                <span className="cut">
                  {n.title} · {n.place}
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" className="pbtn" onClick={() => void query.fetchNextPage()}>
          {t('notices.more')}
        </button>
      )}
    </main>
  );
}
