// Whose it is: the people of the household that was named.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import type { Newer } from '../../../kit/edit.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';

interface Props {
  label: string;
  /** The room in any usual writing. */
  room: string;
  value: string;
  shown: string | undefined;
  onChange: (id: string) => void;
  error: string | undefined;
  newer?: Newer;
  required?: boolean;
}

export function PersonOf({ label, room, value, shown, onChange, error, newer, required }: Props) {
  const can = useCan();
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['household', 'people', community, room],
    queryFn: async () => {
      const found = await data(api.GET('/rooms/resolve', { params: { query: { community, label: room } } }));
      if (!found.room) return [];
      const params = { path: { roomId: found.room.id } };
      return (await data(api.GET('/households/{roomId}', { params }))).people.filter(p => !p.to);
    },
    enabled: room.trim().length > 1 && can('customer.view'),
    retry: false,
  });
  const options = (query.data ?? []).map(p => ({
    value: p.customerId,
    label: `${p.name} ${wordFor(`relation.${p.relation}`) ?? ''}`,
  }));
  if (value && shown && !options.some(o => o.value === value)) options.push({ value, label: shown });
  return (
    <Field
      label={label}
      error={error}
      newer={newer}
      hint={room.trim() ? undefined : t('parking.owner.hint')}
      required={required}
    >
      {a => (
        <Select
          {...a}
          allowClear
          value={value || undefined}
          onChange={(v: string | undefined) => onChange(v ?? '')}
          options={options}
          notFoundContent={t('parking.owner.none')}
        />
      )}
    </Field>
  );
}
