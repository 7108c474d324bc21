// Choosing somebody with an archive, or a room, by what people say: a name, initials, a number, 3-2-1502.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data, isApiError } from '../../../kit/client.ts';
import { useCommunity } from '../../session.ts';
import { Field, type FieldProps } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import { useSettled } from '../tickets/where.tsx';

interface PickProps {
  field: FieldProps;
  value: string;
  /** What stands there before anything was looked for. */
  name?: string;
  onPick: (id: string, name: string) => void;
}

/** An archive of the community; the clear cross chooses nobody. */
export function CustomerPick({ field, value, name, onPick }: PickProps) {
  const community = useCommunity();
  const [typed, setTyped] = useState('');
  const q = useSettled(typed.trim(), 200);
  const found = useQuery({
    queryKey: ['customers', 'pick', community, q],
    queryFn: async () =>
      (await data(api.GET('/customers', { params: { query: { community, q, limit: 10 } } }))).items,
    enabled: q !== '',
    placeholderData: old => old,
  });
  const options = (q === '' ? [] : (found.data ?? [])).map(c => ({
    value: c.id,
    label: [c.name, c.label, c.mobile].filter(Boolean).join(' · '),
  }));
  if (value && name && !options.some(o => o.value === value)) options.unshift({ value, label: name });
  return (
    <Select
      {...field}
      allowClear
      placeholder={t('pick.customer')}
      value={value || undefined}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      notFoundContent={t(q && found.isSuccess ? 'pick.nobody' : 'pick.customer')}
      options={options}
      onChange={(id: string | undefined) => {
        const row = found.data?.find(c => c.id === id);
        onPick(id ?? '', row?.name ?? '');
      }}
    />
  );
}

interface RoomProps {
  label: string;
  value: string;
  error?: string;
  onPick: (id: string) => void;
}

/** A room in any usual writing; says at once when there is none. */
export function RoomField({ label, value, error, onPick }: RoomProps) {
  const community = useCommunity();
  const [typed, setTyped] = useState('');
  const settled = useSettled(typed.trim());
  const known = useQuery({
    queryKey: ['room', value],
    queryFn: () => data(api.GET('/rooms/{id}', { params: { path: { id: value } } })),
    enabled: value !== '',
  });
  const found = useQuery({
    queryKey: ['resolve', community, settled],
    queryFn: async () => {
      const got = await data(api.GET('/rooms/resolve', { params: { query: { community, label: settled } } }));
      return got.room ? [got.room] : got.candidates;
    },
    enabled: settled.length > 1,
    retry: false,
    placeholderData: old => old,
  });
  const options = (settled.length > 1 ? (found.data ?? []) : []).map(r => ({ value: r.id, label: r.label }));
  if (known.data && !options.some(o => o.value === value))
    options.unshift({ value, label: known.data.label });
  const none = isApiError(found.error) ? found.error.byField().label : undefined;
  return (
    <Field label={label} error={error ?? (typed ? none : undefined)} required>
      {a => (
        <Select
          {...a}
          placeholder="3-2-1502"
          value={value && options.length > 0 ? value : undefined}
          showSearch={{ filterOption: false, onSearch: setTyped }}
          notFoundContent={t('pick.room')}
          options={options}
          onChange={(id: string | undefined) => onPick(id ?? '')}
        />
      )}
    </Field>
  );
}
