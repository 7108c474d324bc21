// The accounts of people who live in a room: who is bound, who asks, who is invited, and the code for who stands
// at the desk without a message on their telephone.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { When } from '../../../kit/parts.tsx';
import type { Resident, RoomAccounts, Tenancy } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { t } from '../../words/index.ts';

const key = (room: string) => ['residents', room];

function useAct(room: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ call }: { call: () => Promise<unknown>; done: string }) => call(),
    onSuccess: (_, { done }) => {
      toast(done);
      return client.invalidateQueries({ queryKey: key(room) });
    },
    onError: error => toast(explain(error)),
  });
}

/** Six digits for whoever was looked at; gone from the screen by a click, and useless after five minutes. */
function SignInCode({ customer, name }: { customer: string; name: string }) {
  const [shown, setShown] = useState<{ code: string; until: string; mobileMasked: string }>();
  const ask = useMutation({
    mutationFn: () => data(api.POST('/customers/{id}/sign-in-code', { params: { path: { id: customer } } })),
    onSuccess: setShown,
    onError: error => toast(explain(error)),
  });
  if (!shown) {
    return (
      <button
        type="button"
        className="link"
        aria-label={`${t('residents.code')} ${name}`}
        disabled={ask.isPending}
        onClick={() => ask.mutate()}
      >
        {t('residents.code')}
      </button>
    );
  }
  return (
    <div className="once" role="status">
      <p>{t('residents.code.for', { mobile: shown.mobileMasked })}</p>
      <p className="row">
        <code data-testid="sign-in-code">{shown.code}</code>
        <span className="dim">
          {t('residents.code.until')} <When at={shown.until} />
        </span>
        <button type="button" className="link" onClick={() => setShown(undefined)}>
          {t('residents.code.hide')}
        </button>
      </p>
    </div>
  );
}

function Bound({ of, act }: { of: Tenancy; act: ReturnType<typeof useAct> }) {
  const can = useCan();
  const over = of.endedWhy || of.endedBy;
  const why = over ? t(`residents.why.${over as 'desk'}`) : t(`residents.origin.${of.origin}`);
  return (
    <tr className={over ? 'dim3' : ''}>
      <td className="b">{of.name || t('residents.unnamed')}</td>
      <td className="dim">{t(`relation.${of.relation}`)}</td>
      <td>{of.mobileMasked}</td>
      <td className="dim3">
        {why} {of.to && !over && t('household.until', { day: of.to })}
      </td>
      <td className="num">
        {!over && can('resident.bind') && (
          <button
            type="button"
            className="link"
            disabled={act.isPending}
            onClick={() =>
              act.mutate({
                call: () => api.DELETE('/residents/{id}', { params: { path: { id: of.id } } }),
                done: t('residents.ended'),
              })
            }
          >
            {t('residents.end')}
          </button>
        )}
      </td>
    </tr>
  );
}

/** People of the archive who could use an account of this room. */
function People({ room, people, bound }: { room: string; people: Resident[]; bound: RoomAccounts }) {
  const can = useCan();
  const act = useAct(room);
  const has = (id: string) => bound.bindings.some(b => b.customerId === id && !b.endedAt && !b.endedBy);
  const rows = people.filter(
    p => !p.to && p.mobiles > 0 && ['owner', 'family', 'tenant'].includes(p.relation),
  );
  if (rows.length === 0 || !(can('resident.code') || can('resident.bind'))) return null;
  return (
    <ul className="mini-list pad">
      {rows.map(p => (
        <li key={`${p.customerId}-${p.relation}`} className="wrap">
          <span className="grow">{p.name}</span>
          {can('resident.bind') && !has(p.customerId) && (
            <button
              type="button"
              className="link"
              aria-label={`${t('residents.bind')} ${p.name}`}
              disabled={act.isPending}
              onClick={() =>
                act.mutate({
                  call: () =>
                    api.POST('/rooms/{id}/residents', {
                      params: { path: { id: room } },
                      body: { customerId: p.customerId },
                    }),
                  done: t('residents.bound'),
                })
              }
            >
              {t('residents.bind')}
            </button>
          )}
          {can('resident.code') && <SignInCode customer={p.customerId} name={p.name} />}
        </li>
      ))}
    </ul>
  );
}

function Waiting({ accounts }: { accounts: RoomAccounts }) {
  return (
    <>
      {accounts.claims.length > 0 && (
        <>
          <h3 className="sec">{t('residents.claims')}</h3>
          <ul className="mini-list pad">
            {accounts.claims.map(c => (
              <li key={c.id}>
                <b>{c.name}</b>
                <span className="dim">{t(`relation.${c.relation}`)}</span>
                <span className="grow">{c.mobileMasked}</span>
                <Link to="/console/approvals" search={{ open: c.approvalId }}>
                  {t('residents.claims.open')}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      {accounts.invitations.length > 0 && (
        <>
          <h3 className="sec">{t('residents.invitations')}</h3>
          <ul className="mini-list pad">
            {accounts.invitations.map(i => (
              <li key={i.id}>
                <span>{i.mobileMasked}</span>
                <span className="dim grow">{t(`relation.${i.relation}`)}</span>
                {i.to && <span className="dim3">{t('household.until', { day: i.to })}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

export function ResidentAccounts({ room, people }: { room: string; people: Resident[] }) {
  const act = useAct(room);
  const query = useQuery({
    queryKey: key(room),
    queryFn: () => data(api.GET('/rooms/{id}/residents', { params: { path: { id: room } } })),
  });
  const accounts = query.data;
  return (
    <>
      <h2 className="sec">{t('residents.title')}</h2>
      {query.isPending && <Skeleton rows={2} />}
      <ErrorNote query={query} />
      {accounts && (
        <>
          {accounts.bindings.length === 0 && <p className="pad dim3">{t('residents.none')}</p>}
          {accounts.bindings.length > 0 && (
            <table className="t">
              <tbody>
                {accounts.bindings.map(b => (
                  <Bound key={b.id} of={b} act={act} />
                ))}
              </tbody>
            </table>
          )}
          <People room={room} people={people} bound={accounts} />
          <Waiting accounts={accounts} />
        </>
      )}
    </>
  );
}
