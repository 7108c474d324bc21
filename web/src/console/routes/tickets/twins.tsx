// What may be the same matter, and what was merged (TIC-11).
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data, match } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Ticket, Twin } from '../../../kit/types.ts';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useKeepTicket } from './data.ts';
import { useSettled } from './where.tsx';

function Line({ twin, children }: { twin: Twin; children?: React.ReactNode }) {
  return (
    <li className="row">
      <span className="grow">
        <Link to="/console/tickets/$id" params={{ id: twin.id }}>
          {twin.number}
        </Link>{' '}
        {twin.title}{' '}
        <span className="dim">
          {t(`status.${twin.status}`)} · <When at={twin.openedAt} />
          {twin.assignee && ` · ${twin.assignee}`}
        </span>
      </span>
      {children}
    </li>
  );
}

/** On a ticket: the open ones beside it, to merge into; or where it went, and the way back. */
export function Twins({ ticket }: { ticket: Ticket }) {
  const keep = useKeepTicket();
  const client = useQueryClient();
  const send = useSend();
  const open = ticket.actions.includes('merge');
  const list =
    useQuery({
      queryKey: ['twins', ticket.id, ticket.version],
      queryFn: async () =>
        (await data(api.GET('/tickets/{id}/twins', { params: { path: { id: ticket.id } } }))).items,
      enabled: open,
    }).data ?? [];
  const act = async (into?: Twin) => {
    const done = await send.run(once => {
      const params = { path: { id: ticket.id }, header: { ...match(ticket.version), ...once } };
      return into
        ? data(api.POST('/tickets/{id}/merge', { params, body: { into: into.id } }))
        : data(api.POST('/tickets/{id}/part', { params }));
    });
    if (!done) return;
    keep(done);
    void client.invalidateQueries({ queryKey: ['ticket'] });
    toast(into ? t('twins.merged', { number: into.number }) : t('twins.parted'));
  };
  if (ticket.mergedInto)
    return (
      <div className="ask">
        <p className="row">
          <Link to="/console/tickets/$id" params={{ id: ticket.mergedInto }}>
            {t('twins.goes_on')}
          </Link>
          <span className="grow" />
          {ticket.actions.includes('part') && (
            <button type="button" className="btn" disabled={send.busy} onClick={() => act()}>
              {t('do.part')}
            </button>
          )}
        </p>
        <TroubleNote trouble={send.trouble} />
      </div>
    );
  if (!open || list.length === 0) return null;
  return (
    <section className="ask" aria-label={t('twins.heading')} data-testid="twins">
      <b>{t('twins.heading')}</b>
      <ul className="lines">
        {list.map(twin => (
          <Line key={twin.id} twin={twin}>
            <button type="button" className="btn" disabled={send.busy} onClick={() => act(twin)}>
              {t('do.merge')}
            </button>
          </Line>
        ))}
      </ul>
      <TroubleNote trouble={send.trouble} />
    </section>
  );
}

/** Before one is opened: what is open there already. */
export function TwinsBefore(props: {
  community: string;
  roomId?: string | undefined;
  place?: string | undefined;
  category?: string | undefined;
  title: string;
}) {
  const { community, roomId, category } = props;
  const [place, title] = [useSettled(props.place ?? ''), useSettled(props.title)];
  const body = {
    community,
    category: category ?? '',
    title,
    ...(roomId ? { roomId } : {}),
    ...(place ? { place } : {}),
  };
  const list =
    useQuery({
      queryKey: ['twins', body],
      queryFn: async () => (await data(api.POST('/ticket-twins', { body }))).items,
      enabled: Boolean(category && (roomId || place)),
      staleTime: 10_000,
      placeholderData: keepPreviousData,
    }).data ?? [];
  if (list.length === 0) return null;
  return (
    <section className="ask" aria-label={t('twins.before')} data-testid="twins">
      <b>{t('twins.before')}</b>
      <ul className="lines">
        {list.map(twin => (
          <Line key={twin.id} twin={twin} />
        ))}
      </ul>
    </section>
  );
}
