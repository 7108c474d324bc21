// Writing a draft: steps are added, moved and taken away; another publishes it.
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { named } from '../../../kit/checklist.tsx';
import { api, data, match } from '../../../kit/client.ts';
import { type Newest, useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Procedure, ProcedureDoc, ProcedureStep, ProcedureVersion } from '../../../kit/types.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from '../tickets/data.ts';
import { useProcedure, useVocabulary } from './page.tsx';
import { QuizFields, quizOf, useQuiz } from './quiz.tsx';
import { StepFields } from './step.tsx';

const route = getRouteApi('/console/procedures/$id/edit');

/** A step keeps its key while it moves, so that the hand stays on it. */
export type Draft = ProcedureStep & { key: number };
// Steps that are drawn from the version have their place for a key.
let keys = 1000;
const keyed = (steps: ProcedureStep[]): Draft[] => steps.map((s, key) => ({ ...s, key }));
const blank = (): Draft => ({ key: ++keys, n: 1, title: '', who: 'agent', do: '' });

type Texts = Pick<ProcedureDoc, 'zh' | 'en' | 'criteria' | 'reporting' | 'applies'>;

function Head({
  doc,
  set,
  fields,
  newer,
}: {
  doc: Texts;
  set: (part: Partial<Texts>) => void;
  fields: Record<string, string>;
  newer: Newest<Texts>;
}) {
  const categories = useCategories().data?.items ?? [];
  const applies = (part: Partial<Texts['applies']>) => set({ applies: { ...doc.applies, ...part } });
  const line = (name: 'zh' | 'en') => (
    <Field
      label={t(`procedures.name.${name}`)}
      error={fields[`doc.${name}`] ?? fields[name]}
      newer={newer[name]}
      required
    >
      {a => <Input {...a} value={doc[name]} onChange={e => set({ [name]: e.target.value })} />}
    </Field>
  );
  const area = (name: 'criteria' | 'reporting') => (
    <Field
      label={t(`procedures.${name}`)}
      error={fields[`doc.${name}`] ?? fields[name]}
      newer={newer[name]}
      required
      className="wide"
    >
      {a => (
        <Input.TextArea
          {...a}
          autoSize={{ minRows: 1, maxRows: 6 }}
          value={doc[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="grid-2">
      {line('zh')}
      {line('en')}
      {area('criteria')}
      {area('reporting')}
      <Field label={t('tickets.kind')}>
        {a => (
          <select
            {...a}
            className="pick"
            value={doc.applies.kind ?? ''}
            onChange={e => applies({ kind: (e.target.value || undefined) as Texts['applies']['kind'] })}
          >
            <option value="">{t('procedures.any_kind')}</option>
            {(['repair', 'service', 'complaint', 'inquiry', 'suggestion', 'praise'] as const).map(k => (
              <option key={k} value={k}>
                {t(`kind.${k}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('ticket.category')} hint={t('procedures.applies.hint')}>
        {a => (
          <select
            {...a}
            className="pick"
            value={doc.applies.category ?? ''}
            onChange={e => applies({ category: e.target.value || undefined })}
          >
            <option value="">{t('procedures.any_category')}</option>
            {categories
              .filter(c => !c.hidden || c.id === doc.applies.category)
              .map(c => (
                <option key={c.id} value={c.id}>
                  {c.parent ? '　' : ''}
                  {named(c)}
                </option>
              ))}
          </select>
        )}
      </Field>
    </div>
  );
}

interface Props {
  of: Procedure | undefined;
  version: ProcedureVersion | undefined;
}

const empty: ProcedureDoc = {
  zh: '',
  en: '',
  criteria: '',
  reporting: '',
  applies: {},
  principles: [],
  never: [],
  stopsOn: [],
  steps: [],
};

function Publish({
  send,
  publish,
  close,
}: {
  send: ReturnType<typeof useSend>;
  publish: (words: string) => void;
  close: () => void;
}) {
  const [words, setWords] = useState('');
  return (
    <div className="act-form">
      <Field
        label={t('procedures.publish.words')}
        error={send.fields.words}
        hint={t('procedures.publish.hint')}
        required
      >
        {a => <Input {...a} autoFocus value={words} onChange={e => setWords(e.target.value)} />}
      </Field>
      <div className="row">
        <button type="button" className="btn go" disabled={send.busy} onClick={() => publish(words)}>
          {t('procedures.publish.go')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </div>
  );
}

/** Steps of a draft: their order is the procedure's. */
function useSteps(from: ProcedureStep[]) {
  const [{ steps }, hold, edit] = useEdit({ steps: keyed(from) });
  const setSteps = (next: (old: Draft[]) => Draft[]) => hold(old => ({ steps: next(old.steps) }));
  const set = (at: number, part: Partial<Draft>) =>
    setSteps(old => old.map((s, i) => (i === at ? { ...s, ...part } : s)));
  const move = (at: number, by: number) =>
    setSteps(old => {
      const to = at + by;
      const one = old[at];
      if (!one || to < 0 || to >= old.length) return old;
      const next = old.filter((_, i) => i !== at);
      next.splice(to, 0, one);
      return next;
    });
  const add = (at: number) => setSteps(old => [...old.slice(0, at), blank(), ...old.slice(at)]);
  const remove = (at: number) => setSteps(old => old.filter((_, i) => i !== at));
  return { steps, set, move, add, remove, edit };
}

export function Form({ of, version }: Props) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const send = useSend();
  const words = useVocabulary().data;
  const from = version?.doc ?? empty;
  const [code, setCode] = useState('');
  const { steps: _steps, quiz: _quiz, ...texts } = from;
  const [doc, setDoc, edit] = useEdit(texts);
  const list = useSteps(from.steps);
  const [quiz, setQuiz, asked] = useQuiz(from.quiz);
  const [publishing, setPublishing] = useState(false);
  const whole = (): ProcedureDoc => ({
    ...doc,
    steps: list.steps.map(({ key: _, ...s }, at) => ({ ...s, n: at + 1 })),
    quiz: quizOf(quiz),
  });
  const refresh = () => client.invalidateQueries({ queryKey: ['procedures'] });
  const save = async () => {
    const made = await send.run(once =>
      data(
        version
          ? api.PUT('/procedure-versions/{id}', {
              params: { path: { id: version.id }, header: match(version.version) },
              body: { doc: whole() },
            })
          : api.POST('/procedures', { params: { header: once }, body: { code: code.trim(), doc: whole() } }),
      ),
    );
    if (made) for (const one of [edit, list.edit, asked]) one.saved();
    return made;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await save();
    if (!made) return;
    toast(t('procedures.saved'));
    await refresh();
    if (!version)
      void navigate({ to: '/console/procedures/$id/edit', params: { id: made.procedureId }, replace: true });
  };
  const publish = async (why: string) => {
    if (!send.fix(why.trim() ? {} : { words: t('form.missing') })) return;
    const made = await save();
    if (!made) return;
    const done = await send.run(once =>
      data(
        api.POST('/procedure-versions/{id}/publish', {
          params: { path: { id: made.id }, header: { ...match(made.version), ...once } },
          body: { words: why.trim() },
        }),
      ),
    );
    await refresh();
    if (!done) return;
    toast(t('procedures.publish.done'));
    void navigate({
      to: '/console/procedures/$id',
      params: { id: made.procedureId },
      search: { version: String(made.number) },
    });
  };
  const drop = async () => {
    if (!version || !confirm(t('procedures.drop.sure'))) return;
    const gone = await send.run(async () => {
      await api.DELETE('/procedure-versions/{id}', {
        params: { path: { id: version.id }, header: match(version.version) },
      });
      return true;
    });
    if (!gone) return;
    await refresh();
    void navigate({ to: '/console/procedures', search: {} });
  };
  return (
    <form className="stack sop-form" onSubmit={submit} noValidate>
      {!version && (
        <Field
          label={t('procedures.code')}
          error={send.fields.code}
          hint={t('procedures.code.hint')}
          required
        >
          {a => <Input {...a} autoFocus value={code} onChange={e => setCode(e.target.value)} />}
        </Field>
      )}
      <Head doc={doc} set={setDoc} fields={send.fields} newer={edit.newer} />
      <h2 className="sub">{t('procedures.steps')}</h2>
      <NewerNote of={list.edit.newer.steps} />
      {list.steps.length === 0 && <Empty>{t('procedures.steps.none')}</Empty>}
      {(send.fields.steps ?? send.fields['doc.steps']) && (
        <p className="field-error">{send.fields.steps ?? send.fields['doc.steps']}</p>
      )}
      <ol className="stack">
        {list.steps.map((step, at) => (
          <StepFields
            key={step.key}
            step={step}
            at={at}
            last={at === list.steps.length - 1}
            words={words}
            fields={send.fields}
            set={part => list.set(at, part)}
            move={by => list.move(at, by)}
            add={() => list.add(at + 1)}
            remove={() => list.remove(at)}
          />
        ))}
      </ol>
      <p>
        <button type="button" className="btn" onClick={() => list.add(list.steps.length)}>
          <Icon name="plus" />
          {t('procedures.step.add')}
        </button>
      </p>
      <NewerNote of={asked.newer.quiz} />
      <QuizFields quiz={quiz} set={setQuiz} fields={send.fields} />
      <TroubleNote trouble={send.trouble} />
      {publishing ? (
        <Publish send={send} publish={why => void publish(why)} close={() => setPublishing(false)} />
      ) : (
        <p className="row sop-foot">
          <button type="submit" className="btn go" disabled={send.busy}>
            {t(send.busy ? 'form.saving' : 'procedures.save')}
          </button>
          {version && (
            <button type="button" className="btn" disabled={send.busy} onClick={() => setPublishing(true)}>
              {t('procedures.publish')}
            </button>
          )}
          <span className="grow" />
          {version && (
            <button type="button" className="btn quiet" onClick={() => void drop()}>
              {t('procedures.drop')}
            </button>
          )}
          <Link
            className="btn quiet"
            to={of ? '/console/procedures/$id' : '/console/procedures'}
            params={of ? { id: of.id } : {}}
            search={{}}
          >
            {t('form.back')}
          </Link>
        </p>
      )}
    </form>
  );
}

export function NewPage() {
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('procedures.new')}</H1>
      </header>
      <div className="page-body">
        <Form of={undefined} version={undefined} />
      </div>
    </main>
  );
}

export function EditPage() {
  const { id } = route.useParams();
  const query = useProcedure(id);
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!query.data) return <PageSkeleton />;
  const version = query.data.versions.find(v => v.state === 'draft');
  return (
    <main id="main" className="page">
      <header className="page-head">
        <Link className="btn quiet" to="/console/procedures/$id" params={{ id }} search={{}}>
          <Icon name="left" />
          {named(query.data)}
        </Link>
        <H1>{t('procedures.draft', { n: version?.number ?? 0 })}</H1>
      </header>
      <div className="page-body">
        {version ? (
          <Form key={version.id} of={query.data} version={version} />
        ) : (
          <Empty>{t('procedures.no_draft')}</Empty>
        )}
      </div>
    </main>
  );
}
