import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { ConsentText } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useTexts } from '../customers/consents.tsx';

const kinds = ['privacy', 'contact', 'pictures', 'third_party'] as const;
type Kind = ConsentText['kind'];

/** A text is never changed: the next edition begins with the words of the last. */
function Publish({ texts }: { texts: ConsentText[] }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const last = (kind: Kind) => texts.find(text => text.kind === kind);
  const [values, setValues] = useState(() => ({
    kind: 'privacy' as Kind,
    zh: last('privacy')?.zh ?? '',
    en: last('privacy')?.en ?? '',
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const name of ['zh', 'en'] as const) if (!values[name].trim()) wrong[name] = t('form.missing');
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      data(api.POST('/consent-texts', { params: { header: once }, body: { ...values, community } })),
    );
    if (!made) return;
    toast(t('consent.published', { n: made.edition }));
    await client.invalidateQueries({ queryKey: ['consent-texts'] });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <h2 className="sub">{t('consent.publish')}</h2>
      <Choice
        legend={t('consent.kind')}
        name="kind"
        value={values.kind}
        options={kinds.map(value => ({ value, label: t(`consent.${value}`) }))}
        onChange={kind => setValues({ kind, zh: last(kind)?.zh ?? '', en: last(kind)?.en ?? '' })}
      />
      {(['zh', 'en'] as const).map(name => (
        <Field key={name} label={t(`consent.text.${name}`)} error={send.fields[name]} required>
          {a => (
            <Input.TextArea
              {...a}
              lang={name}
              autoSize={{ minRows: 4, maxRows: 14 }}
              value={values[name]}
              onChange={e => setValues(old => ({ ...old, [name]: e.target.value }))}
            />
          )}
        </Field>
      ))}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'consent.publish.go')}
        </button>
      </p>
    </form>
  );
}

export function ConsentTextsPage() {
  const can = useCan();
  const query = useTexts(useCommunity());
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.consents')}</H1>
        <p className="dim">{t('consent.note')}</p>
      </header>
      <Tabs of="settings" />
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={4} />}
          {query.data?.length === 0 && <Empty>{t('consent.texts.none')}</Empty>}
          {query.data?.map(text => (
            <details key={text.id} className="consent">
              <summary>
                <b>{t(`consent.${text.kind}`)}</b> {t('consent.edition', { n: text.edition })}{' '}
                <span className="dim">
                  <When at={text.publishedAt} /> {text.publishedBy}
                </span>
              </summary>
              <p className="said-first">{text.zh}</p>
              <p className="said-first" lang="en">
                {text.en}
              </p>
            </details>
          ))}
        </div>
        {can('customer.texts') && query.data && <Publish key={query.data.length} texts={query.data} />}
      </div>
    </main>
  );
}
