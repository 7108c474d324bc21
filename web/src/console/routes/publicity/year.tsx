// A year of common money: what it comes to, with what it began, and the step that comes next (BIL-09).
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { SharedYear } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useStale, yearColour } from './data.ts';

function Opening({ of }: { of: SharedYear }) {
  const send = useSend();
  const stale = useStale('shared');
  const [text, set, edit] = useEdit({ opening: of.opening, words: of.openingWords ?? '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!/^-?\d{1,9}(\.\d{1,2})?$/.test(text.opening)) missing.opening = t('shared.amount.wrong');
    if (!text.words.trim()) missing.words = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.PUT('/shared-years/{id}', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
          body: text,
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('shared.opening.kept'));
    stale();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('shared.opening.set')}>
      <Field
        label={t('shared.opening')}
        error={send.fields.opening}
        newer={edit.newer.opening}
        hint={t('shared.opening.hint')}
        required
      >
        {a => (
          <Input
            {...a}
            inputMode="decimal"
            value={text.opening}
            onChange={e => set({ opening: e.target.value })}
          />
        )}
      </Field>
      <Field label={t('shared.opening.words')} error={send.fields.words} newer={edit.newer.words} required>
        {a => <Input {...a} value={text.words} onChange={e => set({ words: e.target.value })} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('shared.opening.set')}
        </button>
      </p>
    </form>
  );
}

function Close({ of }: { of: SharedYear }) {
  const send = useSend();
  const stale = useStale('shared');
  const close = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/shared-years/{id}/close', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
        }),
      ),
    );
    if (!made) return;
    toast(t('shared.asked'));
    stale();
  };
  return (
    <div className="stack">
      <p className="dim">{t('shared.close.hint')}</p>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="button" className="btn" disabled={send.busy} onClick={() => void close()}>
          {t('shared.close', { year: of.year })}
        </button>
      </p>
    </div>
  );
}

export function YearPane({ of: y }: { of: SharedYear }) {
  const may = useCan()('publicity.edit');
  const rows = [
    [t('shared.opening'), y.opening],
    [t('shared.side.income'), y.income],
    [t('shared.side.expense'), y.expense],
    [t('shared.closing'), y.closing],
  ] as const;
  return (
    <section
      className="stack pane-whole"
      data-testid="shared-year"
      aria-label={t('shared.year', { year: y.year })}
    >
      <h2>
        {t('shared.year', { year: y.year })}{' '}
        <span className={`tag ${yearColour[y.state]}`}>{t(`shared.state.${y.state}`)}</span>
      </h2>
      <table className="grid">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="num">{yuan(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {y.openingWords && <p className="dim">{y.openingWords}</p>}
      {y.closedAt && (
        <p className="dim">{t('shared.closed_by', { who: y.closedBy ?? '', at: exact(y.closedAt) })}</p>
      )}
      {y.publishedAt && (
        <p className="dim">
          {t('shared.published_by', { who: y.publishedBy ?? '', at: exact(y.publishedAt) })}
        </p>
      )}
      <p className="row wrap no-print">
        <a href={`${base}/shared-years/${y.id}/export.xlsx`} download>
          {t('invoice.export')}
        </a>
        {y.state === 'published' && (
          <a href={`/r/shared/${y.community}/${y.year}`} target="_blank" rel="noreferrer">
            {t('shared.see')}
          </a>
        )}
        {y.state === 'asked' && <Link to="/console/approvals">{t('shared.waits')}</Link>}
      </p>
      {may && y.state === 'open' && (
        <div className="stack no-print">
          {y.first && <Opening key={y.id} of={y} />}
          <Close key={y.id} of={y} />
        </div>
      )}
    </section>
  );
}
