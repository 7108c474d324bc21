// One archive (CUS-01): who somebody is, what they agreed to, and what is done with their data (CUS-04).
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import type { Customer } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { Mask } from '../../ui/mask.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { CustomerExtracts } from '../extract/wish.tsx';
import { Consents } from './consents.tsx';
import { clockOf, useTagName } from './data.ts';
import { EditForm } from './edit.tsx';
import { Erase } from './erase.tsx';
import { Links } from './links.tsx';
import { Rooms } from './relations.tsx';

const route = getRouteApi('/console/customers/$id');

type Field = 'name' | 'mobile' | 'identity' | 'account' | 'holder' | 'birthday' | 'emergency' | 'other_name';

function Hidden(props: { customer: Customer; field: Field; index?: number; shown: string; label: string }) {
  const can = useCan();
  const { customer, field, index = 0, shown, label } = props;
  return (
    <Mask
      shown={shown}
      label={label}
      may={can('customer.reveal')}
      ask={() =>
        data(
          api.POST('/customers/{id}/reveal', {
            params: { path: { id: customer.id } },
            body: { field, index },
          }),
        )
      }
    />
  );
}

function Numbers({ customer }: { customer: Customer }) {
  const nothing =
    customer.mobiles.length + customer.identities.length + customer.accounts.length === 0 &&
    t('customer.numbers.none');
  return (
    <section aria-labelledby="numbers">
      <h2 className="sub" id="numbers">
        {t('customer.numbers')}
      </h2>
      {nothing && <p className="dim3">{nothing}</p>}
      <table className="t">
        <tbody>
          {customer.mobiles.map((m, i) => (
            <tr key={`m${m.masked}${i.toString()}`}>
              <td className="dim">{t('customer.mobile')}</td>
              <td>
                <Hidden
                  customer={customer}
                  field="mobile"
                  index={i}
                  shown={m.masked}
                  label={t('customer.reveal.mobile', { n: i + 1 })}
                />
              </td>
              <td className="dim3">{m.primary && t('customer.primary')}</td>
            </tr>
          ))}
          {customer.identities.map((p, i) => (
            <tr key={`i${p.kind}${i.toString()}`}>
              <td className="dim">{t(`identity.${p.kind}`)}</td>
              <td>
                <Hidden
                  customer={customer}
                  field="identity"
                  index={i}
                  shown={p.masked}
                  label={t('customer.reveal.identity', { n: i + 1 })}
                />
              </td>
              <td />
            </tr>
          ))}
          {customer.accounts.map((a, i) => (
            <tr key={`a${a.masked}${i.toString()}`}>
              <td className="dim">{t('customer.account')}</td>
              <td>
                <Hidden
                  customer={customer}
                  field="account"
                  index={i}
                  shown={a.masked}
                  label={t('customer.reveal.account', { n: i + 1 })}
                />
              </td>
              <td className="dim">
                {a.bank} · {a.holder}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What the archive says besides names and numbers; what nobody wrote is not shown. */
function Particulars({ customer }: { customer: Customer }) {
  const c = customer;
  const reach = [
    c.channel && wordFor(`channel.${c.channel}`),
    c.contactFrom !== undefined && `${clockOf(c.contactFrom)}–${clockOf(c.contactTo)}`,
  ].filter(Boolean);
  const rows: [string, ReactNode][] = [
    [
      t('customer.birthday'),
      c.birthday && (
        <Hidden customer={c} field="birthday" shown={c.birthday} label={t('customer.reveal.birthday')} />
      ),
    ],
    [t('customer.gender'), c.gender && wordFor(`gender.${c.gender}`)],
    [t('customer.language'), c.language && wordFor(`language.${c.language}`)],
    [t('customer.reach'), reach.length > 0 && reach.join(' ')],
    [t('customer.card'), c.cardNo],
    ...c.otherNames.map((n, i): [string, ReactNode] => [
      t(`customer.name.${n.kind}`),
      <Hidden
        key={n.name}
        customer={c}
        field="other_name"
        index={i}
        shown={n.name}
        label={t('customer.reveal.other_name', { n: i + 1 })}
      />,
    ]),
    [
      t('customer.emergency'),
      c.emergency && (
        <>
          {c.emergency.name} <span className="dim">{c.emergency.relation}</span>{' '}
          <Hidden
            customer={c}
            field="emergency"
            shown={c.emergency.masked}
            label={t('customer.reveal.emergency')}
          />
        </>
      ),
    ],
  ];
  const known = rows.filter(([, value]) => value);
  return (
    <section aria-labelledby="particulars">
      <h2 className="sub" id="particulars">
        {t('customer.particulars')}
      </h2>
      {c.noCalls && (
        <p>
          <span className="tag amber">{t('customer.no_calls')}</span>
        </p>
      )}
      {known.length === 0 && !c.noCalls && <p className="dim3">{t('customer.particulars.none')}</p>}
      {known.length > 0 && (
        <table className="t">
          <tbody>
            {known.map(([name, value], i) => (
              <tr key={`${name}${i.toString()}`}>
                <td className="dim">{name}</td>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Archive({ customer }: { customer: Customer }) {
  const tagName = useTagName();
  const can = useCan();
  return (
    <div className="stack">
      {customer.mergedInto && (
        <p className="ask calm">
          {t('customer.merged_into')}{' '}
          <Link to="/console/customers/$id" params={{ id: customer.mergedInto }}>
            {t('customer.merged_into.go')}
          </Link>
        </p>
      )}
      <Numbers customer={customer} />
      <Rooms customer={customer} />
      <Particulars customer={customer} />
      {can('extract.view') && !customer.erasedAt && !customer.mergedInto && (
        <CustomerExtracts id={customer.id} />
      )}
      <Links customer={customer} />
      {(customer.tags.length > 0 || customer.notes) && (
        <section aria-labelledby="notes">
          <h2 className="sub" id="notes">
            {t('customer.notes')}
          </h2>
          <p>
            {customer.tags.map(tag => (
              <span key={tag} className="tag care">
                {tagName(tag)}
              </span>
            ))}{' '}
            {customer.notes}
          </p>
        </section>
      )}
      <Consents customer={customer} />
    </div>
  );
}

function Head({ customer, edit }: { customer: Customer; edit: (() => void) | undefined }) {
  const can = useCan();
  return (
    <header className="page-head">
      <H1>{customer.name}</H1>
      {customer.name.includes('*') && (
        <Hidden customer={customer} field="name" shown="***" label={t('customer.reveal.name')} />
      )}
      <span className="tag">{t(`customer.kind.${customer.kind}`)}</span>
      <span className="dim">{customer.archiveNo}</span>
      {customer.erasing && <span className="tag">{t('customer.erasing')}</span>}
      {customer.erasedAt && (
        <span className="dim">
          {t('customer.erased_at')} <When at={customer.erasedAt} />
        </span>
      )}
      <span className="grow" />
      {can('customer.export') && can('customer.names') && !customer.erasedAt && (
        <a className="btn" href={`${base}/customers/${customer.id}/export.xlsx`} download>
          {t('customer.export')}
        </a>
      )}
      {edit && (
        <button type="button" className="btn go" onClick={edit}>
          {t('customer.edit')}
        </button>
      )}
    </header>
  );
}

export function CustomerPage() {
  const { id } = route.useParams();
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const query = useQuery({
    queryKey: ['customer', id],
    queryFn: () => data(api.GET('/customers/{id}', { params: { path: { id } } })),
  });
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data) return <PageSkeleton />;
  const customer = query.data;
  const may = can('customer.edit') && !customer.erasedAt && !customer.mergedInto;
  return (
    <main id="main" className="page">
      <Head customer={customer} edit={may && !editing ? () => setEditing(true) : undefined} />
      <div className="page-body two-cols">
        {editing ? (
          <EditForm customer={customer} done={() => setEditing(false)} />
        ) : (
          <Archive customer={customer} />
        )}
        {can('customer.erase') && !customer.erasedAt && !customer.mergedInto && <Erase customer={customer} />}
      </div>
    </main>
  );
}
