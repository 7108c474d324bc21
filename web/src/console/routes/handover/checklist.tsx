// What a community looks at in its rooms: the shipped list, or one of its own.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { useSend } from '../../../kit/send.ts';
import type { Checklist } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

type Line = Checklist['items'][number] & { months: number };

/** A code that no line has yet. */
const fresh = (lines: Line[]): string => {
  let n = lines.length + 1;
  while (lines.some(l => l.code === `own_${n}`)) n++;
  return `own_${n}`;
};

function Form({ list }: { list: Checklist }) {
  const community = useCommunity();
  const client = useQueryClient();
  const may = useCan()('handover.checklist');
  const send = useSend();
  const [{ lines }, hold, edit] = useEdit<{ lines: Line[] }>({ lines: list.items });
  const setLines = (next: (old: Line[]) => Line[]) => hold(old => ({ lines: next(old.lines) }));
  const set = (at: number, part: Partial<Line>) =>
    setLines(old => old.map((l, i) => (i === at ? { ...l, ...part } : l)));
  const refresh = () => client.invalidateQueries({ queryKey: ['handover'] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(() =>
      data(
        api.PUT('/handover/checklist', {
          params: { query: { community }, header: match(list.version) },
          body: { items: lines },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('housing.saved'));
    await refresh();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="dim">{t(list.version === 0 ? 'handover.checklist.shipped' : 'handover.checklist.own')}</p>
      <NewerNote of={edit.newer.lines} />
      <table className="grid edit">
        <thead>
          <tr>
            <th>{t('handover.checklist.zh')}</th>
            <th>{t('handover.checklist.en')}</th>
            <th>{t('handover.checklist.months')}</th>
            <th>{t('housing.type')}</th>
            {may && <th>{t('list.act')}</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, at) => (
            <tr key={line.code}>
              <td>
                <Input
                  aria-label={t('handover.checklist.zh.of', { n: at + 1 })}
                  aria-invalid={send.fields[`items[${at}].zh`] ? true : undefined}
                  value={line.zh}
                  disabled={!may}
                  onChange={e => set(at, { zh: e.target.value })}
                />
                {send.fields[`items[${at}].zh`] && (
                  <p className="field-error">{send.fields[`items[${at}].zh`]}</p>
                )}
              </td>
              <td>
                <Input
                  aria-label={t('handover.checklist.en.of', { n: at + 1 })}
                  value={line.en ?? ''}
                  disabled={!may}
                  onChange={e => set(at, { en: e.target.value })}
                />
              </td>
              <td>
                <Input
                  aria-label={t('handover.checklist.months.of', { n: at + 1 })}
                  inputMode="numeric"
                  value={String(line.months)}
                  disabled={!may}
                  onChange={e => set(at, { months: Number(e.target.value.replace(/\D/g, '').slice(0, 3)) })}
                />
              </td>
              <td className="dim">
                {(line.types ?? [])
                  .map(type => wordFor(`housing.type.${type}`) ?? type)
                  .join(t('why.join')) || t('housing.any')}
              </td>
              {may && (
                <td>
                  <button
                    type="button"
                    className="link"
                    aria-label={t('handover.paper.delete', { name: line.zh })}
                    onClick={() => setLines(old => old.filter((_, i) => i !== at))}
                  >
                    {t('housing.delete')}
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <TroubleNote trouble={send.trouble} />
      {may && (
        <p className="row">
          <button type="submit" className="btn go" disabled={send.busy || lines.length === 0}>
            {t(send.busy ? 'form.saving' : 'form.save')}
          </button>
          <button
            type="button"
            className="btn"
            onClick={() => setLines(old => [...old, { code: fresh(old), zh: '', en: '', months: 24 }])}
          >
            {t('handover.checklist.add')}
          </button>
        </p>
      )}
    </form>
  );
}

export function ChecklistPage() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['handover', 'checklist', community],
    queryFn: () => data(api.GET('/handover/checklist', { params: { query: { community } } })),
  });
  return (
    <main id="main" className="page">
      <header className="page-head">
        <Link to="/console/housing/handover" search={{}} className="dim">
          {t('housing.handover')}
        </Link>
        <H1>{t('handover.checklist')}</H1>
      </header>
      <div className="page-body">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={10} />}
        {query.data && <Form key={community} list={query.data} />}
      </div>
    </main>
  );
}
