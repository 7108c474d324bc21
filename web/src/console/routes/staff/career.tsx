// What somebody holds now, what was asked for, and what became of it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Change, Held, Staff, StaffHistory } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { ChangeForm, usePlaces } from './change.tsx';
import { useRoles } from './data.ts';

export const keyOf = (h: Held): string => `${h.role} ${h.community ?? ''} ${h.region ?? ''}`;

/** A role by its name, with its place where that is not the member's own community. */
export function useHeldName(person: Staff): (held: Held) => string {
  const roles = useRoles().data ?? [];
  const places = usePlaces();
  return held => {
    const name = roles.find(r => r.code === held.role)?.name ?? held.role;
    if (held.community === person.community) return name;
    const id = held.community ?? held.region ?? '';
    return name + t('said.aside', { text: places.find(p => p.value === id)?.label.trim() ?? '…' });
  };
}

function useRefresh() {
  const client = useQueryClient();
  return async (done: string) => {
    toast(done);
    for (const key of ['staff', 'approvals', 'approval-counts'])
      await client.invalidateQueries({ queryKey: [key] });
  };
}

function UnderWay({ change }: { change: Change }) {
  const send = useSend();
  const refresh = useRefresh();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const cancel = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.reason.missing') })) return;
    const params = { path: { id: change.id }, header: match(change.version) };
    const made = await send.run(once =>
      data(
        api.POST('/position-changes/{id}/cancel', {
          params: { ...params, header: { ...params.header, ...once } },
          body: { reason: reason.trim() },
        }),
      ),
    );
    if (made) await refresh(t('staff.change.cancelled'));
  };
  return (
    <div className="ask calm">
      <p>
        {t(change.state === 'asked' ? 'staff.change.asked' : 'staff.change.planned', {
          position: change.position,
          day: change.day,
        })}
      </p>
      {change.state === 'asked' && (
        <Link to="/console/approvals" search={{ view: 'mine', open: change.approvalId }}>
          {t('staff.change.see')}
        </Link>
      )}
      {change.state === 'planned' && !asking && (
        <button type="button" className="link" onClick={() => setAsking(true)}>
          {t('staff.change.cancel')}
        </button>
      )}
      {asking && (
        <form className="stack" onSubmit={cancel} noValidate>
          <Field label={t('staff.change.cancel.why')} error={send.fields.reason} required>
            {a => <Input {...a} autoFocus value={reason} onChange={e => setReason(e.target.value)} />}
          </Field>
          <TroubleNote trouble={send.trouble} />
          <p className="row">
            <button type="submit" className="btn" disabled={send.busy}>
              {t('staff.change.cancel')}
            </button>
          </p>
        </form>
      )}
    </div>
  );
}

function Revoke({ person }: { person: Staff }) {
  const send = useSend();
  const refresh = useRefresh();
  const nameOf = useHeldName(person);
  const [asking, setAsking] = useState(false);
  const [which, setWhich] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (which.length === 0) wrong.roles = t('staff.revoke.missing');
    if (!reason.trim()) wrong.reason = t('form.reason.missing');
    if (!send.fix(wrong)) return;
    const roles = person.held.filter(h => which.includes(keyOf(h)));
    const made = await send.run(once =>
      data(
        api.POST('/staff/{id}/revoke', {
          params: { path: { id: person.id }, header: { ...match(person.version), ...once } },
          body: { roles, reason: reason.trim() },
        }),
      ),
    );
    if (made) await refresh(t('staff.revoked'));
  };
  if (!asking) {
    return (
      <button type="button" className="btn" onClick={() => setAsking(true)}>
        {t('staff.revoke')}
      </button>
    );
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field label={t('staff.revoke.which')} error={send.fields.roles} required>
        {a => (
          <Select
            {...a}
            mode="multiple"
            value={which}
            onChange={(v: string[]) => setWhich(v)}
            options={person.held.map(h => ({ value: keyOf(h), label: nameOf(h) }))}
          />
        )}
      </Field>
      <Field label={t('staff.revoke.why')} error={send.fields.reason} required>
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('staff.revoke')}
        </button>
        <button type="button" className="btn quiet" onClick={() => setAsking(false)}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

function Line({ item, person }: { item: StaffHistory; person: Staff }) {
  const nameOf = useHeldName(person);
  const names = (roles: Held[]) => roles.map(nameOf).join(t('why.join')) || t('staff.no_roles');
  const was = [item.before.position, names(item.before.roles)].filter(Boolean).join(' · ');
  const is = [item.after.position, names(item.after.roles)].filter(Boolean).join(' · ');
  return (
    <li>
      <When at={item.at} className="dim3" />
      <p>
        <b>{t(`staff.history.${item.what}`)}</b>{' '}
        {was !== is && t('staff.history.from', { from: was, to: is })}
      </p>
      <p className="dim">
        {item.reason && `${t('said.quote', { text: item.reason })} `}
        {item.decidedBy
          ? t('staff.history.by', { asker: item.askedBy, decider: item.decidedBy })
          : t('staff.history.done', { asker: item.askedBy })}
        {item.handedOver > 0 &&
          ` ${t('staff.history.handed', { n: item.handedOver, name: item.handedToName ?? '' })}`}
      </p>
    </li>
  );
}

export function Career({ person }: { person: Staff }) {
  const can = useCan();
  const nameOf = useHeldName(person);
  const [asking, setAsking] = useState(false);
  const query = useQuery({
    queryKey: ['staff', 'history', person.id],
    queryFn: () => data(api.GET('/staff/{id}/history', { params: { path: { id: person.id } } })),
  });
  const underWay = query.data?.changes.find(c => c.state === 'asked' || c.state === 'planned');
  const active = person.state === 'active';
  return (
    <section className="career stack" aria-label={t('staff.history')}>
      <h2 className="sub">{t('staff.history')}</h2>
      <dl className="facts tall">
        <div>
          <dt>{t('staff.position')}</dt>
          <dd>{person.position || '–'}</dd>
        </div>
        <div>
          <dt>{t('staff.roles.now')}</dt>
          <dd>{person.held.map(nameOf).join(t('why.join')) || t('staff.no_roles')}</dd>
        </div>
      </dl>
      {underWay && <UnderWay key={underWay.id} change={underWay} />}
      {active && !underWay && query.data && asking && (
        <ChangeForm person={person} onClose={() => setAsking(false)} onSent={() => setAsking(false)} />
      )}
      <div className="row wrap">
        {active && !underWay && !asking && (
          <button type="button" className="btn" onClick={() => setAsking(true)}>
            {t('staff.change')}
          </button>
        )}
        {can('auth.roles_assign') && person.held.length > 0 && <Revoke person={person} />}
      </div>
      <ErrorNote query={query} />
      {query.data?.history.length === 0 && <p className="dim">{t('staff.history.none')}</p>}
      <ul className="history">
        {query.data?.history.map(item => (
          <Line key={item.id} item={item} person={person} />
        ))}
      </ul>
    </section>
  );
}
