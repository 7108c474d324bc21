import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { Import } from '../../../kit/types.ts';
import { Choice, NewerNote } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useTemplates } from './templates.tsx';

/** Which column of the file is which of ours: asked once, the company remembers it. */
export function Mapping({ item }: { item: Import }) {
  const client = useQueryClient();
  const send = useSend();
  const templates = useTemplates();
  const columns = useQuery({
    queryKey: ['imports', 'columns', item.id],
    queryFn: () => data(api.GET('/imports/{id}/columns', { params: { path: { id: item.id } } })),
  });
  const [{ template, mapping }, set, edit] = useEdit({ template: item.template, mapping: item.mapping });
  const chosen = templates.data?.items.find(one => one.name === template);
  const missing = chosen?.columns.filter(one => one.must && !mapping.includes(one.heading)) ?? [];
  const submit = async () => {
    const made = await send.run(() =>
      data(
        api.PUT('/imports/{id}/mapping', {
          params: { path: { id: item.id }, header: match(item.version) },
          body: { template, mapping },
        }),
      ),
    );
    if (made) void showNow(client, ['imports', 'one', item.id], made);
  };
  if (templates.isError || columns.isError)
    return <ErrorNote query={columns.isError ? columns : templates} />;
  if (!columns.data || !chosen) return <Skeleton rows={8} />;
  return (
    <section aria-label={t('import.mapping')}>
      <Choice
        legend={t('import.kind')}
        name="template"
        value={template}
        options={templates.data?.items.map(one => ({ value: one.name, label: one.title })) ?? []}
        onChange={next => {
          const known = templates.data?.items.find(one => one.name === next)?.columns ?? [];
          set({
            template: next,
            mapping: mapping.map(head => (known.some(one => one.heading === head) ? head : '')),
          });
        }}
      />
      <NewerNote of={edit.newer.mapping} />
      <table className="grid" data-testid="import-mapping">
        <thead>
          <tr>
            <th style={{ width: 200 }}>{t('import.mapping.theirs')}</th>
            <th style={{ width: 240 }}>{t('import.mapping.ours')}</th>
            <th>{t('import.mapping.samples')}</th>
          </tr>
        </thead>
        <tbody>
          {columns.data.columns.map(
            (column, at) =>
              column.heading && (
                <tr key={column.heading}>
                  <td>{column.heading}</td>
                  <td>
                    <Select
                      aria-label={t('import.mapping.of', { heading: column.heading })}
                      style={{ width: '100%' }}
                      showSearch
                      value={mapping[at] || ''}
                      options={[
                        { value: '', label: t('import.mapping.ignore') },
                        ...chosen.columns.map(one => ({
                          value: one.heading,
                          label: one.must ? `${one.heading} *` : one.heading,
                          disabled: mapping.includes(one.heading) && mapping[at] !== one.heading,
                        })),
                      ]}
                      onChange={head => set({ mapping: mapping.with(at, head) })}
                    />
                  </td>
                  <td className="dim cut">{column.values.filter(Boolean).join(' · ')}</td>
                </tr>
              ),
          )}
        </tbody>
      </table>
      {missing.length > 0 && (
        <p className="ask">
          {t('import.mapping.missing', { columns: missing.map(one => one.heading).join(t('why.join')) })}
        </p>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row" style={{ marginTop: 12 }}>
        <button
          type="button"
          className="btn go"
          disabled={send.busy || missing.length > 0}
          onClick={() => void submit()}
        >
          {t('import.mapping.go')}
        </button>
        <span className="dim">{t('import.mapping.note')}</span>
      </p>
    </section>
  );
}
