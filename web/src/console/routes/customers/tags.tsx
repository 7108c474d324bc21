// The company's list of tags: what archives are offered to be marked with.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { Flip } from '../../../kit/flip.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Tag } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useTags } from './data.ts';

function Hide({ tag }: { tag: Tag }) {
  const client = useQueryClient();
  const send = useSend();
  const flip = async () => {
    const made = await send.run(() =>
      data(
        api.PUT('/tags/{id}', {
          params: { path: { id: tag.id }, header: match(tag.version) },
          body: { name: tag.name, en: tag.en, hidden: !tag.hidden },
        }),
      ),
    );
    if (!made) return;
    toast(t(made.hidden ? 'tags.hidden' : 'tags.shown', { name: tag.name }));
    await client.invalidateQueries({ queryKey: ['tags'] });
  };
  return (
    <>
      <button
        type="button"
        className="link"
        disabled={send.busy}
        aria-label={t(tag.hidden ? 'tags.show.of' : 'tags.hide.of', { name: tag.name })}
        onClick={() => void flip()}
      >
        {t(tag.hidden ? 'tags.show' : 'tags.hide')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </>
  );
}

/** Whether matters of customers with this tag go to seniors first (TIC-05a). */
function Important({ tag }: { tag: Tag }) {
  const client = useQueryClient();
  const put = async (important: boolean) => {
    const made = await data(
      api.PUT('/tags/{id}', {
        params: { path: { id: tag.id }, header: match(tag.version) },
        body: { name: tag.name, en: tag.en, hidden: tag.hidden, important },
      }),
    );
    toast(t(made.important ? 'tags.important.done' : 'tags.ordinary.done', { name: tag.name }));
    await client.invalidateQueries({ queryKey: ['tags'] });
  };
  return (
    <Flip
      aria-label={t('tags.important.of', { name: tag.name })}
      title={t('tags.important.hint')}
      on={tag.important}
      put={put}
      refused={error => toast(explain(error))}
    />
  );
}

function Add() {
  const client = useQueryClient();
  const send = useSend();
  const [name, setName] = useState('');
  const [en, setEn] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = t('form.missing');
    if (!send.fix({ ...(name.trim() ? {} : { name: missing }), ...(en.trim() ? {} : { en: missing }) }))
      return;
    const made = await send.run(once =>
      data(api.POST('/tags', { params: { header: once }, body: { name: name.trim(), en: en.trim() } })),
    );
    if (!made) return;
    toast(t('tags.added', { name: made.name }));
    setName('');
    setEn('');
    await client.invalidateQueries({ queryKey: ['tags'] });
  };
  return (
    <form className="row pad-row" onSubmit={submit} noValidate>
      <Field label={t('tags.name')} error={send.fields.name} required>
        {a => <Input {...a} value={name} onChange={e => setName(e.target.value)} />}
      </Field>
      <Field label={t('tags.en')} error={send.fields.en} required>
        {a => <Input {...a} value={en} onChange={e => setEn(e.target.value)} />}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t(send.busy ? 'form.saving' : 'tags.add')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function TagsPage() {
  const query = useTags();
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('customers.tags')}</H1>
        <p className="dim">{t('tags.note')}</p>
      </header>
      <Tabs of="customers" />
      <div className="page-body flush">
        <Add />
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('tags.name')}</th>
                <th>{t('tags.en')}</th>
                <th title={t('tags.important.hint')}>{t('tags.important')}</th>
                <th>{t('tags.do')}</th>
              </tr>
            </thead>
            <tbody>
              {query.data.map(tag => (
                <tr key={tag.id} className={tag.hidden ? 'dim3' : ''}>
                  <td className="b">{tag.name}</td>
                  <td>{tag.en}</td>
                  <td>
                    <Important tag={tag} />
                  </td>
                  <td>
                    <Hide tag={tag} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
