// What waits for one's decision, and the decision, with a thumb (ACC-12).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { api, data, match } from '../kit/client.ts';
import { useDraft } from '../kit/drafts.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { lineText } from '../kit/format.ts';
import { wordFor } from '../kit/i18n.ts';
import { Icon } from '../kit/icons.tsx';
import { When } from '../kit/parts.tsx';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import type { Approval } from '../kit/types.ts';
import { useToDecide } from './deciding.ts';
import { back, go } from './path.ts';
import { t } from './words/index.ts';

const kindName = (kind: string) => wordFor(`approval.kind.${kind}`) ?? kind;

function Row({ item }: { item: Approval }) {
  const path = `/m/approvals/${item.id}`;
  return (
    <li className="job ask" data-testid="approval">
      <a
        href={path}
        onClick={event => {
          event.preventDefault();
          go(path);
        }}
      >
        <h3>{item.about}</h3>
        <span className="nw dim s14">
          <When at={item.dueAt} />
        </span>
        <span className="pl">
          <span className="cut">
            {kindName(item.kind)} · {item.requestedBy}
          </span>
        </span>
      </a>
    </li>
  );
}

export function ApprovalsPage() {
  const query = useToDecide();
  const rows = query.data ?? [];
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('approvals.title', { n: rows.length })}</h1>
      </header>
      <Offline />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {query.data && rows.length === 0 && <p className="empty">{t('approvals.none')}</p>}
      <ul>
        {rows.map(item => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
    </main>
  );
}

function Lines({ item }: { item: Approval }) {
  const facts: [string, string][] = [
    ...item.lines.map((l): [string, string] => [
      wordFor(`approval.line.${l.label}`) ?? l.label,
      l.from ? `${l.from} → ${l.to}` : lineText(l),
    ]),
    [t('approvals.asker'), item.requestedBy],
    [t('approvals.reason'), item.reason],
  ];
  return (
    <dl className="lines">
      {facts.map(([label, text]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
      <div>
        <dt>{t('approvals.due')}</dt>
        <dd>
          <When at={item.dueAt} />
        </dd>
      </div>
    </dl>
  );
}

function Decide({ item }: { item: Approval }) {
  const client = useQueryClient();
  const send = useSend();
  const [draft, setDraft, clear] = useDraft(`m-approval:${item.id}`, { reason: '', conditions: '' });
  const decide = async (path: '/approvals/{id}/approve' | '/approvals/{id}/reject') => {
    const body = { reason: draft.reason.trim(), conditions: draft.conditions.trim() };
    if (path.endsWith('reject') && !send.fix(body.reason ? {} : { reason: t('approvals.words.missing') }))
      return;
    const ok = await send.run(once =>
      data(
        api.POST(path, {
          params: { path: { id: item.id }, header: { ...match(item.version), ...once } },
          body,
        }),
      ),
    );
    if (!ok) return;
    clear();
    await client.invalidateQueries({ queryKey: ['approvals'] });
    back();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void decide('/approvals/{id}/approve');
  };
  return (
    <form className="cta sheet" aria-label={kindName(item.kind)} onSubmit={submit} noValidate>
      {(['reason', 'conditions'] as const).map(name => (
        <Field
          key={name}
          label={t(name === 'reason' ? 'approvals.words' : 'approvals.conditions')}
          error={send.fields[name]}
        >
          {a => (
            <textarea
              {...a}
              className="in"
              rows={1}
              value={draft[name]}
              onChange={e => setDraft(old => ({ ...old, [name]: e.target.value }))}
            />
          )}
        </Field>
      ))}
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button
          type="button"
          className="pbtn"
          disabled={send.busy}
          onClick={() => void decide('/approvals/{id}/reject')}
        >
          {t('approvals.no')}
        </button>
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {send.busy ? t('form.saving') : t('approvals.yes')}
        </button>
      </div>
    </form>
  );
}

export function ApprovalPage({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['approvals', 'one', id],
    queryFn: () => data(api.GET('/approvals/{id}', { params: { path: { id } } })),
  });
  const item = query.data;
  return (
    <>
      <header className="navb">
        <button type="button" className="bk" aria-label={t('form.back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{item ? kindName(item.kind) : t('tab.approvals')}</h1>
      </header>
      <main className="screen">
        <Offline />
        {query.isPending && <Skeleton />}
        {query.isError && (
          <div className="trouble" role="alert">
            {explain(query.error)}
          </div>
        )}
        {item && (
          <section className="sect">
            <h2>{item.about}</h2>
            <Lines item={item} />
            {!item.canDecide && <p className="dim">{t('approvals.ended')}</p>}
          </section>
        )}
      </main>
      {item?.canDecide && <Decide item={item} />}
    </>
  );
}
