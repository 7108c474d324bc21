// One inspection of charges: steps, files, and when all is done.
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { ChargeInspection } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/inspect.ts';
import { useStale } from './data.ts';
import { AddFile, Files } from './files.tsx';
import { InspectionForm } from './inspection-form.tsx';

const paramsOf = (of: ChargeInspection, once: { 'Idempotency-Key': string }) => ({
  path: { id: of.id },
  header: { ...match(of.version), ...once },
});

/** One line of words that is sent to one of the routes of an inspection. */
function Say({ of, how }: { of: ChargeInspection; how: 'steps' | 'done' | 'reopen' }) {
  const send = useSend();
  const stale = useStale('charge-inspection');
  const [words, setWords] = useState('');
  const [returned, setReturned] = useState('');
  const name = how === 'steps' ? 'text' : how === 'done' ? 'words' : 'reason';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(words.trim() ? {} : { [name]: t('form.missing') })) return;
    const made = await send.run(once => {
      const params = paramsOf(of, once);
      if (how === 'steps')
        return data(api.POST('/charge-inspections/{id}/steps', { params, body: { text: words } }));
      if (how === 'reopen')
        return data(api.POST('/charge-inspections/{id}/reopen', { params, body: { reason: words } }));
      return data(
        api.POST('/charge-inspections/{id}/done', {
          params,
          body: { words, ...(returned.trim() ? { returnedWords: returned } : {}) },
        }),
      );
    });
    if (!made) return;
    setWords('');
    setReturned('');
    toast(t(`inspect.${how}.kept`));
    stale();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t(`inspect.${how}`)}>
      <Field label={t(`inspect.${how}.words`)} error={send.fields[name]} required>
        {a => <Input {...a} value={words} onChange={e => setWords(e.target.value)} />}
      </Field>
      {how === 'done' && of.refund !== '0.00' && of.fix?.state !== 'done' && (
        <Field
          label={t('inspect.returned')}
          error={send.fields.returnedWords}
          hint={t('inspect.returned.hint')}
        >
          {a => <Input {...a} value={returned} onChange={e => setReturned(e.target.value)} />}
        </Field>
      )}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className={how === 'reopen' ? 'btn quiet' : 'btn'} disabled={send.busy}>
          {t(`inspect.${how}`)}
        </button>
      </p>
    </form>
  );
}

function Facts({ of: i }: { of: ChargeInspection }) {
  const rows = [
    [t('inspect.number'), `${i.number} · ${i.day}`],
    [t('inspect.items'), i.itemNames.join(t('why.join'))],
    [t('inspect.due'), i.dueOn],
    [t('inspect.assignee'), i.assignee],
    [t('inspect.refund'), i.refund === '0.00' ? '' : yuan(i.refund)],
    [t('inspect.fine'), i.fine === '0.00' ? '' : yuan(i.fine)],
    [t('inspect.done_on'), i.doneOn ? `${i.doneOn} ${i.doneWords ?? ''}` : ''],
    [t('inspect.returned'), i.returnedWords ?? ''],
  ] as const;
  return (
    <table className="grid">
      <tbody>
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <tr key={name}>
              <th scope="row" className="nw">
                {name}
              </th>
              <td>{value}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

export function InspectionPane({ of: i }: { of: ChargeInspection }) {
  const may = useCan()('inspection.edit');
  const stale = useStale('charge-inspection');
  const [change, setChange] = useState(false);
  const open = i.state === 'open';
  const add = (purpose: string, label: string) => (
    <AddFile to={`/charge-inspections/${i.id}/photos?purpose=${purpose}`} label={label} onDone={stale} />
  );
  const files = (purpose: string) => i.files.filter(f => f.purpose === purpose);
  return (
    <div className="stack" data-testid="inspection-pane">
      <h2>
        {i.authority} · {t(`inspect.kind.${i.kind}`)}{' '}
        {i.overdue ? (
          <b className="warn">{t('inspect.overdue')}</b>
        ) : (
          <span className={`tag ${open ? 'amber' : 'green'}`}>{t(`inspect.state.${i.state}`)}</span>
        )}
      </h2>
      <p className="said">{i.finding}</p>
      <Facts of={i} />
      {i.fix && (
        <p>
          <Link to="/console/bill-fixes/$id" params={{ id: i.fix.id }}>
            {t('inspect.fix.said', { less: yuan(i.fix.less), state: t(`fix.state.${i.fix.state}`) })}
          </Link>
        </p>
      )}
      <h3>{t('inspect.papers')}</h3>
      <Files files={files('document')} path="charge-inspection-files" none={t('shared.files.none')} />
      {may && open && add('document', t('inspect.paper.new'))}
      <h3>{t('inspect.steps.title')}</h3>
      {i.steps.length === 0 && <p className="dim">{t('inspect.steps.none')}</p>}
      <ul className="lines">
        {i.steps.map(s => (
          <li key={s.at + s.text}>
            <span className="grow">{s.text}</span>
            <small className="dim">
              {s.by} {exact(s.at)}
            </small>
          </li>
        ))}
      </ul>
      {may && open && <Say of={i} how="steps" />}
      <h3>{t('inspect.evidence')}</h3>
      <Files files={files('evidence')} path="charge-inspection-files" none={t('inspect.evidence.none')} />
      {may && open && add('evidence', t('inspect.evidence.new'))}
      {may && open && <Say of={i} how="done" />}
      {may && !open && <Say of={i} how="reopen" />}
      {may && open && !change && (
        <p>
          <button type="button" className="btn quiet" onClick={() => setChange(true)}>
            {t('inspect.change')}
          </button>
        </p>
      )}
      {may && open && change && (
        <InspectionForm community={i.community} of={i} onDone={() => setChange(false)} />
      )}
    </div>
  );
}
