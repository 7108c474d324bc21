// New versions of procedures that one must read before working with them (PRO-01b).
import { useQueryClient } from '@tanstack/react-query';
import { limitText, named, titleOf, whoOf } from '../kit/checklist.tsx';
import { api, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Icon } from '../kit/icons.tsx';
import { Skeleton, TroubleNote } from '../kit/phone.tsx';
import { Confirming } from '../kit/reading.tsx';
import { useSend } from '../kit/send.ts';
import type { ProcedureVersion } from '../kit/types.ts';
import { back } from './path.ts';
import { useToRead } from './to-read.tsx';
import { t } from './words/index.ts';

function One({ version }: { version: ProcedureVersion }) {
  const client = useQueryClient();
  const send = useSend();
  const confirm = async () => {
    const made = await send.run(once =>
      data(api.POST('/procedure-versions/{id}/read', { params: { path: { id: version.id }, header: once } })),
    );
    if (!made) return;
    for (const key of ['to-read', 'runs']) void client.invalidateQueries({ queryKey: [key] });
  };
  const doc = version.doc;
  return (
    <details className="run" data-testid="to-read">
      <summary>
        <b className="grow">{named(doc)}</b>
        <span className="dim">{t('reading.version', { n: version.number })}</span>
      </summary>
      {version.words && <p className="ask">{version.words}</p>}
      <p>{doc.criteria}</p>
      <p className="dim">{doc.reporting}</p>
      <ol className="run-steps">
        {doc.steps.map(step => (
          <li key={step.n} className="run-step">
            <span className="run-mark" aria-hidden="true">
              {step.n}
            </span>
            <div className="grow">
              <b>{titleOf(step)}</b> <span className="dim">{whoOf(step.who)}</span>
              {step.do && <p>{step.do}</p>}
              <p className="dim s14">{[step.evidence, limitText(step)].filter(Boolean).join(' · ')}</p>
            </div>
          </li>
        ))}
      </ol>
      <TroubleNote trouble={send.trouble} />
      <Confirming
        version={version.id}
        quiz={doc.quiz}
        confirm={() => void confirm()}
        busy={send.busy}
        button="pbtn go"
      />
    </details>
  );
}

export function ReadingPage() {
  const query = useToRead();
  return (
    <main className="screen">
      <header className="navb">
        <button type="button" className="bk" aria-label={t('ticket.back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{t('reading')}</h1>
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
      {query.data?.length === 0 && <p className="empty">{t('reading.none')}</p>}
      <section className="sect lists" aria-label={t('reading')}>
        {query.data?.map(version => (
          <One key={version.id} version={version} />
        ))}
      </section>
    </main>
  );
}
