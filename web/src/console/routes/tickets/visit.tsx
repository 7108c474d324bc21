// Appointments at the desk: the form on a ticket, the choice while one is opened, the line among its facts (TIC-01).
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { when } from '../../../kit/time.ts';
import type { Ticket, VisitSlotView } from '../../../kit/types.ts';
import { ArrivalTag, slotKey, slotOf, slotText, windowText } from '../../../kit/visits.tsx';
import { Field } from '../../ui/field.tsx';
import { t } from '../../words/index.ts';
import type { ActionProps } from './actions.tsx';
import { Frame, useReason } from './forms.tsx';

export function useSlots(query: { community: string; category?: string; ticket?: string }, enabled = true) {
  return useQuery({
    queryKey: ['visits', 'slots', query],
    queryFn: async () =>
      (await data(api.GET('/visit-slots', { params: { query: { ...query, days: 14 } } }))).items,
    enabled,
  });
}

const note = (w: VisitSlotView): string =>
  [
    w.free > 0 ? t('visit.slot.free', { n: w.free }) : t('visit.slot.full'),
    w.afterDeadline && t('visit.slot.after'),
  ]
    .filter(Boolean)
    .join(t('list.join'));

export function SlotSelect({
  slots,
  value,
  onChange,
  none,
  ...rest
}: {
  slots: VisitSlotView[];
  value: string;
  onChange: (key: string) => void;
  none: string;
}) {
  return (
    <select {...rest} className="pick" value={value} onChange={e => onChange(e.target.value)}>
      <option value="">{none}</option>
      {slots.map(w => (
        <option key={slotKey(w)} value={slotKey(w)}>
          {slotText(w)} · {note(w)}
        </option>
      ))}
    </select>
  );
}

function CallOffForm(props: ActionProps) {
  const { reason, field, given, clear } = useReason(props, 'call-off');
  const { ticket } = props;
  const submit = async () => {
    if (!given()) return;
    const call: Parameters<typeof props.act>[0] = params =>
      api.POST('/tickets/{id}/call-off', { params, body: { reason } });
    if (await props.act(call, t('visit.off.done', { number: ticket.number }))) clear();
  };
  return (
    <Frame {...props} title={t('visit.off.title')} go={t('visit.off')} onSubmit={() => void submit()}>
      {field(t('visit.off.reason'))}
    </Frame>
  );
}

export function AppointForm(props: ActionProps) {
  const { ticket, act, fix, fields } = props;
  const booked = ticket.visitState === 'booked' && ticket.visitFrom;
  const slots = useSlots({ community: ticket.community, ticket: ticket.id });
  const [key, setKey] = useState('');
  const [over, setOver] = useState('');
  const [off, setOff] = useState(false);
  if (off) return <CallOffForm {...props} />;
  const chosen = slots.data?.find(w => slotKey(w) === key);
  const submit = () => {
    if (!fix(key ? {} : { slot: t('visit.slot.missing') })) return;
    const body = { ...slotOf(key), ...(over.trim() ? { overbook: over.trim() } : {}) };
    void act(
      params => api.POST('/tickets/{id}/appoint', { params, body }),
      t('visit.done', { number: ticket.number }),
    ).then(done => {
      if (!done) void slots.refetch();
    });
  };
  return (
    <Frame {...props} title={t('visit.title')} go={t('do.appoint')} onSubmit={submit}>
      <Field label={t('visit.slot')} error={fields.slot ?? fields.day} required>
        {a => (
          <SlotSelect
            {...a}
            slots={slots.data ?? []}
            value={key}
            onChange={setKey}
            none={t('visit.slot.hint')}
          />
        )}
      </Field>
      {ticket.mayOverbook && ((chosen && chosen.free <= 0) || fields.overbook) && (
        <Field label={t('visit.over')} error={fields.overbook}>
          {a => <Input {...a} maxLength={200} value={over} onChange={e => setOver(e.target.value)} />}
        </Field>
      )}
      {booked && (
        <p>
          <button type="button" className="link" onClick={() => setOff(true)}>
            {t('visit.off')}
          </button>
        </p>
      )}
    </Frame>
  );
}

/** Among the facts of a ticket: when somebody comes, what became of it, who did it before. */
export function VisitFacts({ ticket }: { ticket: Ticket }) {
  return (
    <>
      {ticket.visitFrom && ticket.visitTo && (
        <>
          <dt>{t('visit.fact')}</dt>
          <dd data-testid="visit">
            {windowText(ticket.visitFrom, ticket.visitTo)}{' '}
            {ticket.expectedAt && (
              <span className="dim3">{t('visit.by', { time: when(ticket.expectedAt) })}</span>
            )}{' '}
            <ArrivalTag ticket={ticket} />{' '}
            {(ticket.visitMoved ?? 0) > 0 && (
              <span className="tag">{t('visit.moved', { n: ticket.visitMoved ?? 0 })}</span>
            )}
          </dd>
        </>
      )}
      {ticket.source && (
        <>
          <dt>{t('ticket.source')}</dt>
          <dd>
            <Link to="/console/tickets/upkeep" search={{}}>
              {ticket.source.title}
            </Link>
          </dd>
        </>
      )}
      {ticket.knows && ticket.knows.id !== ticket.assignee?.id && (
        <>
          <dt>{t('visit.knows')}</dt>
          <dd>{ticket.knows.name}</dd>
        </>
      )}
    </>
  );
}
