// A masked number. A click shows it for 30 seconds; the server writes who looked.
import { useEffect, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Resident } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { toast } from '../../ui/toast.tsx';
import { t } from '../../words/index.ts';

export function Mobile({ person }: { person: Resident }) {
  const can = useCan();
  const [value, setValue] = useState('');
  useEffect(() => {
    if (!value) return;
    const id = setTimeout(() => setValue(''), 30_000);
    return () => clearTimeout(id);
  }, [value]);
  if (!person.mobileMasked) return null;
  const show = async () => {
    try {
      const { value: full } = await data(
        api.POST('/customers/{id}/reveal', {
          params: { path: { id: person.customerId } },
          body: { field: 'mobile', index: 0 },
        }),
      );
      setValue(full);
    } catch (error) {
      toast(explain(error));
    }
  };
  return (
    <span className="mask">
      {value || person.mobileMasked}
      {can('customer.reveal') && !value && (
        <button
          type="button"
          className="eye"
          aria-label={t('household.reveal', { name: person.name })}
          title={t('household.reveal.note')}
          onClick={() => void show()}
        >
          <Icon name="eye" />
        </button>
      )}
    </span>
  );
}
