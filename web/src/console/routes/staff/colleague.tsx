// Who takes over what somebody has in hand.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import type { Staff } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';

interface Props {
  person: Staff;
  value: string;
  onChange: (id: string) => void;
  error?: string;
}

export function Colleague({ person, value, onChange, error }: Props) {
  const query = useQuery({
    queryKey: ['staff', 'colleagues', person.community],
    queryFn: async () =>
      (
        await data(
          api.GET('/staff', {
            params: { query: { community: person.community, state: 'active', limit: 200 } },
          }),
        )
      ).items,
  });
  const others = (query.data ?? []).filter(m => m.id !== person.id);
  const needed = person.openTickets > 0;
  return (
    <Field
      label={t('staff.change.to')}
      error={error}
      required={needed}
      hint={needed ? t('staff.change.to.hint', { n: person.openTickets }) : undefined}
    >
      {a => (
        <Select
          {...a}
          allowClear
          placeholder={needed ? undefined : t('staff.change.to.none')}
          value={value || undefined}
          onChange={(v: string | undefined) => onChange(v ?? '')}
          showSearch={{ optionFilterProp: 'label' }}
          options={others.map(m => ({
            value: m.id,
            label: [m.name, m.agentNo, m.position].filter(Boolean).join(' '),
          }))}
        />
      )}
    </Field>
  );
}
