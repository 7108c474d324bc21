// One procedure to read and print: its steps, its versions, and what a version changed.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { limitText, named, titleOf, whoOf } from '../../../kit/checklist.tsx';
import { api, data } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { When } from '../../../kit/parts.tsx';
import { Confirming } from '../../../kit/reading.tsx';
import { useSend } from '../../../kit/send.ts';
import type {
  Procedure,
  ProcedureDoc,
  ProcedureStep,
  ProcedureVersion,
  Quiz,
  Vocabulary,
} from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useAppliesTo } from './list.tsx';

const route = getRouteApi('/console/procedures/$id');

export const useProcedure = (id: string) =>
  useQuery({
    queryKey: ['procedures', 'one', id],
    queryFn: () => data(api.GET('/procedures/{id}', { params: { path: { id } } })),
  });

export const useVocabulary = () =>
  useQuery({
    queryKey: ['procedure-words'],
    queryFn: () => data(api.GET('/procedures/words')),
    staleTime: Number.POSITIVE_INFINITY,
  });

type Change = 'same' | 'new' | 'changed' | 'gone';

/** Each step with what became of it since the version before; steps are known by their title. */
export function compared(
  before: ProcedureDoc | undefined,
  now: ProcedureDoc,
): { step: ProcedureStep; change: Change }[] {
  if (!before) return now.steps.map(step => ({ step, change: 'same' as const }));
  const plain = (s: ProcedureStep) => JSON.stringify({ ...s, n: 0 });
  const lines: { step: ProcedureStep; change: Change }[] = now.steps.map(step => {
    const old = before.steps.find(s => s.title === step.title);
    return { step, change: !old ? 'new' : plain(old) === plain(step) ? 'same' : 'changed' };
  });
  for (const step of before.steps) {
    if (now.steps.some(s => s.title === step.title)) continue;
    const at = lines.findIndex(l => l.change !== 'gone' && l.step.n >= step.n);
    lines.splice(at < 0 ? lines.length : at, 0, { step, change: 'gone' });
  }
  return lines;
}

/** The form that a step asks for, and its line, in words. */
export function formText(step: ProcedureStep, forms: Vocabulary['forms']): string {
  const form = forms.find(f => f.id === step.form);
  if (!form) return step.form ?? '';
  const line = form.lines.find(l => l.id === step.line);
  return [named(form), line && t('procedures.form.line', { line: named(line) })].filter(Boolean).join('');
}

export function StepText({ step, change = 'same' }: { step: ProcedureStep; change?: Change }) {
  const forms = useVocabulary().data?.forms ?? [];
  const facts: [string, string][] = [
    [t('procedures.who'), whoOf(step.who)],
    [t('procedures.evidence'), step.evidence ?? ''],
    [t('procedures.limit'), limitText(step)],
    [t('procedures.skip'), step.skip ? t('procedures.skip.by', { who: whoOf(step.skip) }) : ''],
    [t('procedures.on'), step.on ? (wordFor(`procedures.on.${step.on}`) ?? step.on) : ''],
    [t('procedures.form'), formText(step, forms)],
    [t('procedures.note'), step.note && !['grade', 'severity'].includes(step.limit ?? '') ? step.note : ''],
  ];
  const tags = [
    step.required && t('procedures.required'),
    step.fourEyes && t('procedures.four_eyes'),
    step.kit && t('procedures.kit'),
    step.grades && t('procedures.grade', { grade: step.grades }),
  ].filter(Boolean);
  return (
    <li className={`sop-step ${change}`}>
      <span className="run-mark" aria-hidden="true">
        {change === 'gone' ? '×' : step.n}
      </span>
      <div>
        <p>
          <b>{titleOf(step)}</b>{' '}
          {tags.map(tag => (
            <span key={String(tag)} className="tag">
              {tag}
            </span>
          ))}{' '}
          {change !== 'same' && <span className="tag care">{t(`procedures.change.${change}`)}</span>}
        </p>
        {step.do && <p>{step.do}</p>}
        <p className="dim">
          {facts
            .filter(([, value]) => value)
            .map(([label, value]) => (
              <span key={label} className="sop-fact">
                <span className="dim3">{label}</span> {value}
              </span>
            ))}
        </p>
      </div>
    </li>
  );
}

function Read({ version }: { version: ProcedureVersion }) {
  const client = useQueryClient();
  const send = useSend();
  const confirm = async () => {
    const made = await send.run(once =>
      data(api.POST('/procedure-versions/{id}/read', { params: { path: { id: version.id }, header: once } })),
    );
    if (!made) return;
    toast(t('procedures.read.done', { n: version.number }));
    for (const key of ['procedures', 'to-read', 'runs']) void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <div className="ask no-print">
      <p>
        <b>{t('run.unread', { n: version.number })}</b> {version.words}
      </p>
      <TroubleNote trouble={send.trouble} />
      <Confirming
        version={version.id}
        quiz={version.doc.quiz}
        confirm={() => void confirm()}
        busy={send.busy}
      />
    </div>
  );
}

/** The quiz as who writes reads it, with its answers. */
function QuizText({ quiz }: { quiz: Quiz }) {
  return (
    <details className="sop-quiz no-print">
      <summary>{t('procedures.quiz.n', { n: quiz.questions.length, pass: quiz.pass })}</summary>
      <ol>
        {quiz.questions.map(q => (
          <li key={q.text}>
            {q.text}
            <br />
            {q.options.map(o => (
              <span key={o.text} className={o.right ? 'sop-fact b' : 'sop-fact dim'}>
                {o.right ? '✓ ' : ''}
                {o.text}
              </span>
            ))}
            {q.why && <p className="dim">{q.why}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
}

function Versions({ of, shown }: { of: Procedure; shown: number }) {
  return (
    <aside className="state-side no-print" aria-label={t('procedures.versions')}>
      <h2 className="sub">{t('procedures.versions')}</h2>
      <ul className="lines sop-versions">
        {of.versions.map(v => (
          <li key={v.id} className={v.number === shown ? 'b' : ''}>
            <span className="grow">
              <Link
                to="/console/procedures/$id"
                params={{ id: of.id }}
                search={{ version: String(v.number) }}
                aria-current={v.number === shown ? 'page' : undefined}
              >
                {t('procedures.version', { n: v.number })}
              </Link>{' '}
              {v.id === of.currentId && <span className="tag green">{t('procedures.in_use')}</span>}
              {v.state !== 'published' && (
                <span className="tag amber">{t(`procedures.state.${v.state}`)}</span>
              )}
              <br />
              <span className="dim">
                {v.words || (v.number === 1 && of.shipped ? t('procedures.shipped') : '')}
              </span>
              <br />
              <span className="dim3">
                {v.by && (
                  <>
                    {v.by} <When at={v.publishedAt ?? v.at} />
                  </>
                )}{' '}
                {v.approvedBy && t('procedures.approved_by', { by: v.approvedBy })}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </aside>
  );
}

/** The button that leads to the draft: the one there is, or a new copy. */
function Edit({ of }: { of: Procedure }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const send = useSend();
  const draft = of.versions.find(v => v.state === 'draft');
  const waiting = of.versions.some(v => v.state === 'asked');
  if (!of.mayEdit || waiting) return null;
  const open = async () => {
    if (!draft) {
      const made = await send.run(once =>
        data(api.POST('/procedures/{id}/draft', { params: { path: { id: of.id }, header: once } })),
      );
      if (!made) return;
      await client.invalidateQueries({ queryKey: ['procedures'] });
    }
    void navigate({ to: '/console/procedures/$id/edit', params: { id: of.id } });
  };
  return (
    <>
      <TroubleNote trouble={send.trouble} />
      <button type="button" className="btn go no-print" disabled={send.busy} onClick={() => void open()}>
        {t(draft ? 'procedures.edit' : 'procedures.copy')}
      </button>
    </>
  );
}

function List({ title, of }: { title: string; of: string[] }) {
  if (of.length === 0) return null;
  return (
    <>
      <dt>{title}</dt>
      <dd>{of.join(t('parts.join'))}</dd>
    </>
  );
}

export function ProcedurePage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const appliesTo = useAppliesTo();
  const query = useProcedure(id);
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data) return <PageSkeleton />;
  const of = query.data;
  const chosen =
    of.versions.find(v => String(v.number) === search.version) ??
    of.versions.find(v => v.id === of.currentId) ??
    of.versions[0];
  if (!chosen) return <ErrorPage error={undefined} />;
  const before = of.versions.find(v => v.number === chosen.number - 1);
  const comparing = search.compare === '1' && before !== undefined;
  const doc = chosen.doc;
  return (
    <main id="main" className="page sop">
      <header className="page-head">
        <Link className="btn quiet no-print" to="/console/procedures" search={{}}>
          <Icon name="left" />
          {t('nav.procedures')}
        </Link>
        <H1>{named(doc)}</H1>
        <span className="dim">{t('procedures.version', { n: chosen.number })}</span>
        <span className="grow" />
        {before && (
          <Link
            className="btn no-print"
            to="/console/procedures/$id"
            params={{ id }}
            search={{ version: String(chosen.number), compare: comparing ? undefined : '1' }}
          >
            {t(comparing ? 'procedures.compare.off' : 'procedures.compare', { n: before.number })}
          </Link>
        )}
        <button type="button" className="btn no-print" onClick={() => print()}>
          {t('procedures.print')}
        </button>
        <Edit of={of} />
      </header>
      <div className="page-body two-cols">
        <div>
          {of.unread && chosen.id === of.currentId && <Read version={chosen} />}
          {chosen.id !== of.currentId && chosen.state === 'published' && (
            <p className="ask calm no-print">{t('procedures.old', { n: chosen.number, now: of.number })}</p>
          )}
          {chosen.state === 'asked' && <p className="ask no-print">{t('procedures.asked')}</p>}
          <dl className="facts tall">
            <dt>{t('procedures.applies')}</dt>
            <dd>{appliesTo(doc.applies)}</dd>
            <dt>{t('procedures.criteria')}</dt>
            <dd>{doc.criteria}</dd>
            <dt>{t('procedures.reporting')}</dt>
            <dd>{doc.reporting}</dd>
            <List title={t('procedures.principles')} of={doc.principles} />
            <List title={t('procedures.never')} of={doc.never} />
            <List title={t('procedures.stops_on')} of={doc.stopsOn} />
          </dl>
          {of.mayEdit && doc.quiz && <QuizText quiz={doc.quiz} />}
          <ol className="sop-steps" aria-label={t('procedures.steps')}>
            {compared(comparing ? before?.doc : undefined, doc).map(({ step, change }) => (
              <StepText key={`${change === 'gone' ? 'was' : 'is'}-${step.n}`} step={step} change={change} />
            ))}
          </ol>
        </div>
        <Versions of={of} shown={chosen.number} />
      </div>
    </main>
  );
}
