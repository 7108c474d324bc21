// The same person's archives in other communities (CUS-01): proposed by numbers, confirmed by people.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { Customer, Links as Found } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

type One = Found['linked'][number];

function Line({ one }: { one: One }) {
  return (
    <>
      <Link to="/console/customers/$id" params={{ id: one.id }} className="b">
        {one.name}
      </Link>{' '}
      <span className="dim">
        {one.communityName} {one.label} {one.archiveNo}
      </span>
    </>
  );
}

export function Links({ customer }: { customer: Customer }) {
  const can = useCan();
  const client = useQueryClient();
  const send = useSend();
  const query = useQuery({
    queryKey: ['customer', customer.id, 'links'],
    queryFn: () => data(api.GET('/customers/{id}/links', { params: { path: { id: customer.id } } })),
  });
  const found = query.data;
  if (!found || found.linked.length + found.proposed.length === 0) return null;
  const may = can('customer.merge');
  const done = async (text: string) => {
    toast(text);
    await client.invalidateQueries({ queryKey: ['customer', customer.id] });
  };
  const header = match(customer.version);
  const link = async (other: string) => {
    const made = await send.run(once =>
      data(
        api.POST('/customers/{id}/links', {
          params: { path: { id: customer.id }, header: { ...header, ...once } },
          body: { other },
        }),
      ),
    );
    if (made) await done(t('links.linked'));
  };
  const unlink = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/customers/{id}/unlink', {
          params: { path: { id: customer.id }, header: { ...header, ...once } },
        }),
      ),
    );
    if (made) await done(t('links.unlinked'));
  };
  return (
    <section aria-labelledby="links">
      <h2 className="sub" id="links">
        <span className="grow">{t('links.title')}</span>
        {may && found.linked.length > 0 && (
          <button type="button" className="link" disabled={send.busy} onClick={() => void unlink()}>
            {t('links.unlink')}
          </button>
        )}
      </h2>
      <ul className="stack">
        {found.linked.map(one => (
          <li key={one.id}>
            <Line one={one} />
          </li>
        ))}
        {found.proposed.map(one => (
          <li key={one.id} className="row">
            <span className="grow">
              <span className="dim">{t('links.proposed')}</span> <Line one={one} />
            </span>
            {may && (
              <button type="button" className="btn" disabled={send.busy} onClick={() => void link(one.id)}>
                {t('links.link')}
              </button>
            )}
          </li>
        ))}
      </ul>
      <TroubleNote trouble={send.trouble} />
    </section>
  );
}
