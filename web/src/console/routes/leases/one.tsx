// One tenancy beside the list: what it is, what it lacks, and the steps: verify, renew, end.
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { useSend } from '../../../kit/send.ts';
import type { Lease } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { Mask } from '../../ui/mask.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { t as j } from '../../words/joint.ts';
import { today } from '../customers/data.ts';

export const missingWords = (lease: Lease): string =>
  lease.missing.map(m => wordFor(`lease.missing.${m}`) ?? m).join(t('why.join'));

function Hidden(props: { lease: Lease; party: number; field: 'number' | 'identity'; shown: string }) {
  const can = useCan();
  const { lease, party, field, shown } = props;
  if (!shown) return null;
  return (
    <Mask
      shown={shown}
      label={t('leases.reveal', { n: party + 1 })}
      may={can('lease.reveal')}
      ask={() =>
        data(api.POST('/leases/{id}/reveal', { params: { path: { id: lease.id } }, body: { party, field } }))
      }
    />
  );
}

function Facts({ lease }: { lease: Lease }) {
  const rows: [string, string | undefined][] = [
    [t('leases.term'), `${lease.from} – ${lease.to ?? t('leases.open')}`],
    [t('leases.rent'), lease.rent],
    [t('leases.deposit'), lease.deposit],
    [t('leases.registration'), [lease.registrationNo, lease.registeredOn].filter(Boolean).join(' ')],
    [t('leases.pays'), lease.tenantBilled ? t('leases.pays.tenant') : undefined],
    [t('leases.verified'), lease.verifiedOn && `${lease.verifiedOn} ${lease.verifiedBy ?? ''}`],
    [t('leases.ended'), lease.endedOn && `${lease.endedOn} ${lease.endedWhy ?? ''}`],
    [t('customer.notes.only'), lease.notes],
  ];
  return (
    <table className="t">
      <tbody>
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <tr key={name}>
              <td className="dim">{name}</td>
              <td>{value}</td>
            </tr>
          ))}
        {lease.parties.map((p, i) => (
          <tr key={`${p.role}${i.toString()}`}>
            <td className="dim">{t(`lease.${p.role}`)}</td>
            <td>
              {p.customerId ? (
                <Link to="/console/customers/$id" params={{ id: p.customerId }}>
                  {p.name}
                </Link>
              ) : (
                p.name
              )}{' '}
              <Hidden lease={lease} party={i} field="number" shown={p.number} />{' '}
              <Hidden lease={lease} party={i} field="identity" shown={p.identity} />
            </td>
          </tr>
        ))}
        {lease.emergencyName && (
          <tr>
            <td className="dim">{t('customer.emergency')}</td>
            <td>
              {lease.emergencyName} <span className="dim">{lease.emergencyRelation}</span>{' '}
              <Hidden lease={lease} party={-1} field="number" shown={lease.emergencyNumber} />
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Step({ lease, step, close }: { lease: Lease; step: 'renew' | 'end'; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [day, setDay] = useState(step === 'end' ? today() : '');
  const [more, setMore] = useState('');
  const [vacant, setVacant] = useState(true);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const params = { path: { id: lease.id }, header: match(lease.version) };
    const field = step === 'end' ? 'day' : 'to';
    if (!send.fix(day ? {} : { [field]: t('form.missing') })) return;
    const made = await send.run(() =>
      step === 'end'
        ? data(
            api.POST('/leases/{id}/end', {
              params,
              body: { day, reason: more.trim(), ...(vacant ? { roomState: 'vacant' as const } : {}) },
            }),
          )
        : data(
            api.POST('/leases/{id}/renew', {
              params,
              body: { to: day, ...(more.trim() ? { rent: more.trim() } : {}) },
            }),
          ),
    );
    if (!made) return;
    toast(t(step === 'end' ? 'leases.ended.done' : 'leases.renewed'));
    for (const key of ['leases', 'household', 'customer'])
      await client.invalidateQueries({ queryKey: [key] });
    close();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field
        label={t(step === 'end' ? 'leases.end.day' : 'leases.renew.to')}
        error={send.fields.day ?? send.fields.to}
        hint={step === 'end' ? j('lease.end.hint') : undefined}
        required
      >
        {a => (
          <input {...a} type="date" className="text" value={day} onChange={e => setDay(e.target.value)} />
        )}
      </Field>
      <Field
        label={t(step === 'end' ? 'leases.end.why' : 'leases.renew.rent')}
        error={send.fields.reason ?? send.fields.rent}
      >
        {a => <Input {...a} value={more} onChange={e => setMore(e.target.value)} />}
      </Field>
      {step === 'end' && (
        <label className="row check">
          <input type="checkbox" checked={vacant} onChange={e => setVacant(e.target.checked)} />
          {t('leases.end.vacant')}
        </label>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(step === 'end' ? 'leases.end' : 'leases.renew')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

export function LeaseSide({ lease, edit, close }: { lease: Lease; edit: () => void; close: () => void }) {
  const can = useCan();
  const client = useQueryClient();
  const send = useSend();
  const [step, setStep] = useState<'renew' | 'end'>();
  const verify = async () => {
    const made = await send.run(() =>
      data(
        api.POST('/leases/{id}/verify', {
          params: { path: { id: lease.id }, header: match(lease.version) },
        }),
      ),
    );
    if (!made) return;
    toast(t('leases.verified.done'));
    await client.invalidateQueries({ queryKey: ['leases'] });
  };
  const may = can('lease.edit') && !lease.endedOn;
  return (
    <aside className="panel stack" aria-label={t('leases.of', { room: lease.label })}>
      <h2 className="row">
        <span className="grow b">{t('leases.of', { room: lease.label })}</span>
        <button type="button" className="link" onClick={close}>
          {t('leases.close')}
        </button>
      </h2>
      {lease.missing.length > 0 && !lease.endedOn && (
        <p className="ask">{t('leases.missing', { what: missingWords(lease) })}</p>
      )}
      {lease.unverified && <p className="ask">{t('leases.unverified')}</p>}
      <Facts lease={lease} />
      <TroubleNote trouble={send.trouble} />
      {step && <Step lease={lease} step={step} close={() => setStep(undefined)} />}
      {may && !step && (
        <p className="row wrap">
          <button type="button" className="btn go" disabled={send.busy} onClick={() => void verify()}>
            {t('leases.verify')}
          </button>
          <button type="button" className="btn" onClick={edit}>
            {t('customer.edit')}
          </button>
          <button type="button" className="btn" onClick={() => setStep('renew')}>
            {t('leases.renew')}
          </button>
          <button type="button" className="btn" onClick={() => setStep('end')}>
            {t('leases.end')}
          </button>
        </p>
      )}
    </aside>
  );
}
