// What can be done about a household that owes. Nothing here cuts anything off: there is no such action.

import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { fenOf, ofFen, yuan } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { BillDispute, Dun, OwedHousehold, OwedLine, PayPromise } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t as h } from '../../words/hand.ts';
import { t } from '../../words/index.ts';
import { t as j } from '../../words/joint.ts';
import { useOwed } from './data.ts';

type Send = ReturnType<typeof useSend>;

function Write({
  send,
  name,
  label,
  value,
  set,
}: {
  send: Send;
  name: string;
  label: string;
  value: string;
  set: (v: string) => void;
}) {
  return (
    <Field label={label} error={send.fields[name]}>
      {a => <Input {...a} value={value} onChange={e => set(e.target.value)} />}
    </Field>
  );
}

function Day({
  send,
  name,
  label,
  value,
  set,
}: {
  send: Send;
  name: string;
  label: string;
  value: string;
  set: (v: string) => void;
}) {
  return (
    <Field label={label} error={send.fields[name]}>
      {a => <input {...a} type="date" className="text" value={value} onChange={e => set(e.target.value)} />}
    </Field>
  );
}

function Waive({ line, owed }: { line: OwedLine; owed: OwedHousehold }) {
  const send = useSend();
  const show = useOwed();
  const [amount, setAmount] = useState(line.lateFee);
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const next = await send.run(once =>
      data(
        api.POST('/bill-lines/{id}/waive', {
          params: { path: { id: line.id }, header: once },
          body: { amount, reason },
        }),
      ),
    );
    if (!next) return;
    show(next);
    toast(t(next.lines.find(l => l.id === line.id)?.waiving ? 'arrears.waive.asked' : 'arrears.waive.done'));
  };
  return (
    <form className="row wrap" onSubmit={submit} noValidate aria-label={t('arrears.waive')}>
      <Write send={send} name="amount" label={t('arrears.waive.amount')} value={amount} set={setAmount} />
      <Write send={send} name="reason" label={t('arrears.reason')} value={reason} set={setReason} />
      <button type="submit" className="btn" disabled={send.busy}>
        {t('arrears.waive')}
      </button>
      <span className="dim">{t('arrears.waive.limit', { yuan: yuan(owed.mayWaive) })}</span>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

function OpenDispute({ line }: { line: OwedLine }) {
  const send = useSend();
  const show = useOwed();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const next = await send.run(once =>
      data(
        api.POST('/bill-lines/{id}/dispute', {
          params: { path: { id: line.id }, header: once },
          body: { reason },
        }),
      ),
    );
    if (!next) return;
    show(next);
    toast(t('arrears.dispute.done'));
  };
  return (
    <form className="row wrap" onSubmit={submit} noValidate aria-label={t('arrears.dispute')}>
      <Write send={send} name="reason" label={t('arrears.dispute.reason')} value={reason} set={setReason} />
      <button type="submit" className="btn" disabled={send.busy}>
        {t('arrears.dispute')}
      </button>
      <span className="dim">{t('arrears.dispute.hint')}</span>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

/** What can be done about one line. */
export function LineForms({ line, owed }: { line: OwedLine; owed: OwedHousehold }) {
  const can = useCan();
  return (
    <div className="stack">
      {can('arrears.waive') && line.lateFee !== '0.00' && !line.waiving && <Waive line={line} owed={owed} />}
      {can('arrears.work') && !line.disputeId && <OpenDispute line={line} />}
    </div>
  );
}

interface Party {
  key: string;
  /** A bill of theirs, which tells the server who is meant. */
  line: string;
  name: string;
  tenant: boolean;
  open: number;
}

/** Who owes something of a room and has no promise open. */
function partiesOf(owed: OwedHousehold): Party[] {
  const all = new Map<string, Party>();
  for (const l of owed.lines) {
    const key = `${l.tenant ?? false} ${l.customerId ?? ''}`;
    const party = all.get(key) ?? { key, line: l.id, name: l.debtor, tenant: l.tenant ?? false, open: 0 };
    all.set(key, { ...party, open: party.open + fenOf(l.open) });
  }
  const open = owed.promises.filter(p => p.state === 'open');
  if (open.some(p => p.whole)) return [];
  return [...all.values()].filter(
    a => !open.some(p => (p.of ?? '') === a.name && (p.tenant ?? false) === a.tenant),
  );
}

/** Promise by a day, or instalments for everything that somebody owes. */
export function PromiseForms({ owed }: { owed: OwedHousehold }) {
  const parties = partiesOf(owed);
  const [first] = parties;
  const [who, setWho] = useState(first?.key ?? '');
  const there = parties.find(p => p.key === who);
  const chosen = there ?? first;
  // Where a promise of theirs was recorded meanwhile, what was typed for one is not the next one's.
  return (
    <PromiseForm
      key={there ? '' : (first?.key ?? '')}
      owed={owed}
      parties={parties}
      chosen={chosen}
      setWho={setWho}
    />
  );
}

interface PromiseProps {
  owed: OwedHousehold;
  parties: Party[];
  chosen: Party | undefined;
  setWho: (key: string) => void;
}

function PromiseForm({ owed, parties, chosen, setWho }: PromiseProps) {
  const send = useSend();
  const show = useOwed();
  const all = ofFen(chosen?.open ?? 0);
  // Until an amount is typed it is all that they owe.
  const [typed, setParts] = useState<{ amount?: string; on: string }[]>([{ on: '' }]);
  const parts = typed.map(p => ({ amount: p.amount ?? all, on: p.on }));
  const [words, setWords] = useState('');
  if (!chosen) return null;
  const plan = parts.length > 1;
  const put = (at: number, change: Partial<{ amount: string; on: string }>) =>
    setParts(old => old.map((p, i) => (i === at ? { ...p, ...change } : p)));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    parts.forEach((p, i) => {
      if (!p.on) missing[plan ? `instalments[${i}].on` : 'on'] = t('form.missing');
    });
    if (!send.fix(missing)) return;
    const path = { id: owed.roomId };
    const next = await send.run(once =>
      plan
        ? data(
            api.POST('/rooms/{id}/plans', {
              params: { path, header: once },
              body: { instalments: parts, lineId: chosen.line, words },
            }),
          )
        : data(
            api.POST('/rooms/{id}/promises', {
              params: { path, header: once },
              body: { amount: parts[0]?.amount ?? '', on: parts[0]?.on ?? '', lineId: chosen.line, words },
            }),
          ),
    );
    if (!next) return;
    show(next);
    setParts([{ on: '' }]);
    setWords('');
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('arrears.promise')}>
      {parties.length > 1 && (
        <Field label={h('promise.who')} error={send.fields.lineId}>
          {a => (
            <Select<string>
              {...a}
              value={chosen.key}
              onChange={setWho}
              options={parties.map(p => ({
                value: p.key,
                label: `${p.name || h('promise.developer')}${p.tenant ? ` · ${j('joint.tenant')}` : ''} ${yuan(ofFen(p.open))}`,
              }))}
            />
          )}
        </Field>
      )}
      {parts.map((p, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: instalments are told apart by their place
        <div className="row wrap" key={i}>
          <Write
            send={send}
            name={plan ? `instalments[${i}].amount` : 'amount'}
            label={t('arrears.promise.amount')}
            value={p.amount}
            set={amount => put(i, { amount })}
          />
          <Day
            send={send}
            name={plan ? `instalments[${i}].on` : 'on'}
            label={t('arrears.promise.on')}
            value={p.on}
            set={on => put(i, { on })}
          />
        </div>
      ))}
      {send.fields.instalments && <p className="field-error">{send.fields.instalments}</p>}
      <Write send={send} name="words" label={t('arrears.words')} value={words} set={setWords} />
      <div className="row wrap">
        <button type="submit" className="btn" disabled={send.busy}>
          {t(plan ? 'arrears.plan' : 'arrears.promise')}
        </button>
        <button
          type="button"
          className="link"
          onClick={() => setParts(old => [...old, { amount: '', on: '' }])}
        >
          {t('arrears.plan.more')}
        </button>
        {plan && (
          <button type="button" className="link" onClick={() => setParts(old => old.slice(0, -1))}>
            {t('arrears.plan.less')}
          </button>
        )}
      </div>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function PromiseRow({ promise: p }: { promise: PayPromise }) {
  const can = useCan();
  const send = useSend();
  const show = useOwed();
  const withdraw = async () => {
    const next = await send.run(once =>
      data(
        api.POST('/promises/{id}/withdraw', {
          params: { path: { id: p.id }, header: { ...once, ...match(p.version) } },
        }),
      ),
    );
    if (next) show(next);
  };
  return (
    <li>
      <span className="nw">{p.on}</span>
      <span className="num b">{yuan(p.amount)}</span>
      <span className={p.state === 'broken' ? 'tag amber' : 'tag'}>{t(`arrears.promise.${p.state}`)}</span>
      <span className="dim">
        {p.of ? h('promise.of', { name: p.of }) : ''} {p.planId ? t('arrears.plan.part') : ''} {p.words}
      </span>
      {p.state === 'open' && can('arrears.work') && (
        <button type="button" className="link" disabled={send.busy} onClick={() => void withdraw()}>
          {t('arrears.promise.withdraw')}
        </button>
      )}
      <TroubleNote trouble={send.trouble} />
    </li>
  );
}

const results = {
  call: ['reached', 'promised', 'refused', 'wrong_number'],
  visit: ['reached', 'promised', 'refused', 'not_met'],
  print: ['served', 'refused', 'not_met'],
  lawyer: ['served', 'promised', 'refused'],
  suit: ['served', 'promised'],
  app: [],
} as const;

/** A step of the ladder: what is to be done and, in two clicks, what came of it. */
export function DunRow({ dun }: { dun: Dun }) {
  const can = useCan();
  const send = useSend();
  const show = useOwed();
  const [result, setResult] = useState<string>();
  const [words, setWords] = useState('');
  const [promise, setPromise] = useState({ amount: dun.amount, on: '' });
  const record = async (picked: string) => {
    const next = await send.run(once =>
      data(
        api.POST('/arrears-tasks/{id}/done', {
          params: { path: { id: dun.id }, header: { ...once, ...match(dun.version) } },
          body: {
            result: picked as 'reached',
            words,
            ...(picked === 'promised' ? { promise } : {}),
          },
        }),
      ),
    );
    if (next) show(next);
  };
  const opens = dun.state === 'open' && dun.channel !== 'app' && can('arrears.work');
  return (
    <li className="stack">
      <span className="row wrap tight">
        <span className="nw dim">{dun.on}</span>
        <span>{t(`dun.${dun.channel}`)}</span>
        <span className="num">{yuan(dun.amount)}</span>
        {dun.tenant && <span className="tag">{j(dun.toOwner ? 'joint.to_owner' : 'joint.tenant')}</span>}
        <span className={dun.state === 'open' ? 'tag amber' : 'tag'}>
          {dun.result ? t(`dun.result.${dun.result}`) : t(`dun.state.${dun.state}`)}
        </span>
        {dun.channel !== 'app' && (
          <Link to="/console/arrears/notices/$id" params={{ id: dun.id }}>
            {t('dun.words')}
          </Link>
        )}
      </span>
      {(dun.words || dun.by) && (
        <span className="dim">
          {[dun.by, dun.servedOn && t('dun.served.on', { day: dun.servedOn }), dun.words]
            .filter(Boolean)
            .join(' · ')}
        </span>
      )}
      {opens && !result && (
        <span className="row wrap tight">
          {results[dun.channel].map(r => (
            <button
              key={r}
              type="button"
              className="chip tap"
              disabled={send.busy}
              onClick={() => setResult(r)}
            >
              {t(`dun.result.${r}`)}
            </button>
          ))}
        </span>
      )}
      {opens && result && (
        <form
          className="stack"
          noValidate
          aria-label={t('dun.record')}
          onSubmit={e => {
            e.preventDefault();
            void record(result);
          }}
        >
          {result === 'promised' && (
            <div className="row wrap">
              <Write
                send={send}
                name="promise.amount"
                label={t('arrears.promise.amount')}
                value={promise.amount}
                set={amount => setPromise(old => ({ ...old, amount }))}
              />
              <Day
                send={send}
                name="promise.on"
                label={t('arrears.promise.on')}
                value={promise.on}
                set={on => setPromise(old => ({ ...old, on }))}
              />
            </div>
          )}
          <Write send={send} name="words" label={t('arrears.words')} value={words} set={setWords} />
          <div className="row">
            <button type="submit" className="btn go" disabled={send.busy}>
              {t('dun.record.do', { what: t(`dun.result.${result as 'reached'}`) })}
            </button>
            <button type="button" className="link" onClick={() => setResult(undefined)}>
              {t('dun.back')}
            </button>
          </div>
          <TroubleNote trouble={send.trouble} />
        </form>
      )}
    </li>
  );
}

export function HardshipForm({ owed }: { owed: OwedHousehold }) {
  const send = useSend();
  const show = useOwed();
  const [until, setUntil] = useState(owed.hardship?.until ?? '');
  const [words, setWords] = useState(owed.hardship?.words ?? '');
  const put = async (body: { until?: string; words?: string }) => {
    const next = await send.run(once =>
      data(api.POST('/rooms/{id}/hardship', { params: { path: { id: owed.roomId }, header: once }, body })),
    );
    if (next) show(next);
  };
  return (
    <details>
      <summary>{t('arrears.hardship')}</summary>
      <form
        className="stack"
        noValidate
        aria-label={t('arrears.hardship')}
        onSubmit={e => {
          e.preventDefault();
          if (send.fix(until ? {} : { until: t('form.missing') })) void put({ until, words });
        }}
      >
        <p className="dim">{t('arrears.hardship.hint')}</p>
        <Day send={send} name="until" label={t('arrears.hardship.day')} value={until} set={setUntil} />
        <Write send={send} name="words" label={t('arrears.reason')} value={words} set={setWords} />
        <div className="row">
          <button type="submit" className="btn" disabled={send.busy}>
            {t('arrears.hardship.do')}
          </button>
          {owed.hardship && (
            <button type="button" className="link" disabled={send.busy} onClick={() => void put({})}>
              {t('arrears.hardship.end')}
            </button>
          )}
        </div>
        <TroubleNote trouble={send.trouble} />
      </form>
    </details>
  );
}

const verbs = ['basis', 'meeting', 'mediation'] as const;
const outcomes = ['uphold', 'correct', 'waive'] as const;

/** A dispute with its steps, and what can be done next (ARR-04). */
export function DisputeCard({ dispute: d }: { dispute: BillDispute }) {
  const can = useCan();
  const send = useSend();
  const show = useOwed();
  const [does, setDoes] = useState<(typeof verbs)[number] | (typeof outcomes)[number]>('basis');
  const [words, setWords] = useState('');
  const [amount, setAmount] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const params = { path: { id: d.id } };
    const verb = verbs.find(v => v === does);
    const outcome = outcomes.find(v => v === does);
    const next = await send.run(once => {
      const header = { ...once, ...match(d.version) };
      if (verb)
        return data(
          api.POST('/disputes/{id}/steps', { params: { ...params, header }, body: { verb, words } }),
        );
      return data(
        api.POST('/disputes/{id}/settle', {
          params: { ...params, header },
          body: { outcome: outcome ?? 'uphold', words, ...(outcome === 'correct' ? { amount } : {}) },
        }),
      );
    });
    if (!next) return;
    setWords('');
    setAmount('');
    show(next);
  };
  return (
    <section
      className="card stack"
      aria-label={t('arrears.dispute.of', { item: d.itemName, period: d.period })}
    >
      <p className="row wrap tight">
        <b>
          {d.period} {d.itemName}
        </b>
        <span className={d.endedAt ? 'tag' : 'tag amber'}>{t(`dispute.state.${d.state}`)}</span>
      </p>
      <ol className="said-list">
        {d.steps.map(s => (
          <li key={`${s.at}${s.verb}`}>
            <b>{t(`dispute.${s.verb}`)}</b> {s.words}{' '}
            <span className="dim">
              {s.by} <When at={s.at} />
            </span>
          </li>
        ))}
      </ol>
      {d.state === 'asked' && <p className="dim">{t('dispute.asked.hint')}</p>}
      {d.state === 'open' && can('arrears.work') && (
        <form className="row wrap" onSubmit={submit} noValidate aria-label={t('dispute.next')}>
          <Field label={t('dispute.next')}>
            {a => (
              <select {...a} className="text" value={does} onChange={e => setDoes(e.target.value as 'basis')}>
                {[...verbs, ...outcomes].map(v => (
                  <option key={v} value={v}>
                    {t(`dispute.do.${v}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {does === 'correct' && (
            <Write send={send} name="amount" label={t('dispute.amount')} value={amount} set={setAmount} />
          )}
          <Write send={send} name="words" label={t('arrears.words')} value={words} set={setWords} />
          <button type="submit" className="btn" disabled={send.busy}>
            {t(does === 'correct' || does === 'waive' ? 'dispute.ask' : 'dispute.record')}
          </button>
          <TroubleNote trouble={send.trouble} />
        </form>
      )}
    </section>
  );
}
