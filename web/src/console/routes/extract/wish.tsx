// How somebody who pays wants their statements of account (BIL-08): on the pages of the household and of the customer.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, data, isApiError, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { ExtractChosen } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const langs = [
  { value: 'zh', label: '中文' },
  { value: 'en', label: 'English' },
] as const;

function Form({ of, done }: { of: ExtractChosen; done: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [wish, setWish, edit] = useEdit({ form: of.form, rhythm: of.rhythm, lang: of.lang });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(
        api.PUT('/customers/{id}/extract-preference', {
          params: { path: { id: of.customerId }, header: { ...match(of.version), ...once } },
          body: wish,
        }),
      ),
    );
    if (!made) return;
    toast(t('form.saved'));
    await client.invalidateQueries({ queryKey: ['extract-preference'] });
    done();
  };
  const kinds = of.organisation ? (['room', 'payer', 'company'] as const) : (['room', 'payer'] as const);
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('extract.wish')}>
      <Choice
        legend={t('extract.rhythm')}
        name="rhythm"
        value={wish.rhythm}
        options={(['none', 'month', 'year'] as const).map(value => ({
          value,
          label: t(`extract.rhythm.${value}`),
        }))}
        newer={edit.newer.rhythm}
        onChange={rhythm => setWish({ rhythm })}
      />
      <Choice
        legend={t('extract.form')}
        name="form"
        value={wish.form}
        options={kinds.map(value => ({ value, label: t(`extract.form.${value}`) }))}
        error={send.fields.form}
        newer={edit.newer.form}
        onChange={form => setWish({ form })}
      />
      <Choice
        legend={t('extract.lang')}
        name="lang"
        value={wish.lang}
        options={[...langs]}
        newer={edit.newer.lang}
        onChange={lang => setWish({ lang })}
      />
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={done}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

function Wish({ of }: { of: ExtractChosen }) {
  const [editing, setEditing] = useState(false);
  if (editing) return <Form of={of} done={() => setEditing(false)} />;
  return (
    <p className="row wrap">
      <span>
        {of.rhythm === 'none'
          ? t('extract.wish.none')
          : t('extract.wish.said', {
              rhythm: t(`extract.rhythm.${of.rhythm}`),
              form: t(`extract.form.${of.form}`),
              lang: of.lang === 'en' ? 'English' : '中文',
            })}
      </span>
      {of.by && (
        <span className="dim3">
          {of.by} {of.since}
        </span>
      )}
      {of.mayChange && (
        <button type="button" className="link" onClick={() => setEditing(true)}>
          {t('extract.wish.change')}
        </button>
      )}
    </p>
  );
}

/** On the page of a household: the statement of the room, and how its payer wants them. */
export function RoomExtracts({ room }: { room: string }) {
  const can = useCan();
  const query = useQuery({
    queryKey: ['extract-preference', 'room', room],
    queryFn: () => data(api.GET('/rooms/{id}/extract-preference', { params: { path: { id: room } } })),
    retry: false,
  });
  const nobody = isApiError(query.error) && query.error.code === 'extract.no_payer';
  return (
    <section aria-label={t('extract.title')}>
      <h2 className="sec">
        <span className="grow">{t('extract.title')}</span>
        <Link to="/console/extracts/$form/$id" params={{ form: 'room', id: room }} className="n">
          {t('extract.open')}
        </Link>
      </h2>
      <div className="pad">
        {nobody ? <p className="dim3">{t('extract.nobody')}</p> : <ErrorNote query={query} />}
        {query.isPending && <Skeleton rows={1} />}
        {query.data && (
          <>
            {can('customer.view') && (
              <p>
                <Link to="/console/extracts/$form/$id" params={{ form: 'payer', id: query.data.customerId }}>
                  {t('extract.all_of', { name: query.data.name })}
                </Link>
              </p>
            )}
            <Wish of={query.data} />
          </>
        )}
      </div>
    </section>
  );
}

/** On the page of a customer: all that is billed to them, and how they want statements. */
export function CustomerExtracts({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['extract-preference', 'customer', id],
    queryFn: () => data(api.GET('/customers/{id}/extract-preference', { params: { path: { id } } })),
  });
  return (
    <section aria-labelledby="extracts">
      <h2 className="sub" id="extracts">
        {t('extract.title')}
      </h2>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={1} />}
      {query.data && (
        <>
          <p className="row wrap">
            <Link className="btn" to="/console/extracts/$form/$id" params={{ form: 'payer', id }}>
              {t('extract.open.payer')}
            </Link>
            {query.data.organisation && (
              <Link className="btn" to="/console/extracts/$form/$id" params={{ form: 'company', id }}>
                {t('extract.open.company')}
              </Link>
            )}
          </p>
          <Wish of={query.data} />
        </>
      )}
    </section>
  );
}
