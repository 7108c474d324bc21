// Another window for the visit, agreed with the customer on the telephone or at the door (TIC-01).
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../kit/client.ts';
import { Field } from '../kit/phone.tsx';
import { slotKey, slotOf, slotText } from '../kit/visits.tsx';
import { Sheet } from './sheets.tsx';
import type { SheetProps } from './steps.tsx';
import { t } from './words/index.ts';

export function AppointSheet(props: SheetProps) {
  const { ticket, send, act } = props;
  const [key, setKey] = useState('');
  const slots = useQuery({
    queryKey: ['visits', 'slots', ticket.id],
    queryFn: async () =>
      (
        await data(
          api.GET('/visit-slots', {
            params: { query: { community: ticket.community, ticket: ticket.id, days: 14 } },
          }),
        )
      ).items,
  });
  const submit = async () => {
    if (!send.fix(key ? {} : { slot: t('visit.choose') })) return;
    if (!(await act('appoint', slotOf(key)))) void slots.refetch();
  };
  return (
    <Sheet {...props} title={t('visit.title')} go={t('visit.go')} onSubmit={() => void submit()}>
      <Field label={t('visit.slot')} error={send.fields.slot ?? send.fields.day}>
        {a => (
          <select {...a} className="in" value={key} onChange={e => setKey(e.target.value)}>
            <option value="">{t('visit.choose')}</option>
            {(slots.data ?? []).map(w => (
              <option key={slotKey(w)} value={slotKey(w)} disabled={w.free <= 0}>
                {slotText(w)}
                {w.free <= 0 ? ` · ${t('visit.full')}` : ''}
              </option>
            ))}
          </select>
        )}
      </Field>
    </Sheet>
  );
}
