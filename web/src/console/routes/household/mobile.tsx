import { api, data } from '../../../kit/client.ts';
import type { Resident } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Mask } from '../../ui/mask.tsx';
import { t } from '../../words/index.ts';

/** The first number of somebody who belongs to a room. */
export function Mobile({ person }: { person: Resident }) {
  const can = useCan();
  if (!person.mobileMasked) return null;
  return (
    <Mask
      shown={person.mobileMasked}
      label={t('household.reveal', { name: person.name })}
      may={can('customer.reveal')}
      ask={() =>
        data(
          api.POST('/customers/{id}/reveal', {
            params: { path: { id: person.customerId } },
            body: { field: 'mobile', index: 0 },
          }),
        )
      }
    />
  );
}
