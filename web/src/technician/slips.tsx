// The forms that go with a ticket, filled in, signed and corrected where the work is (TIC-07, TIC-14, PRO-03). Without a
// network they wait in order with every other step (FAC-03).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, base, data, isOffline, match, post, uuid } from '../kit/client.ts';
import { useEdit } from '../kit/edit.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Icon } from '../kit/icons.tsx';
import { NewerLine } from '../kit/newer.tsx';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import { SignatureInput, useSigned } from '../kit/signature.tsx';
import { SlipInput } from '../kit/slip-input.tsx';
import {
  before,
  begun,
  current,
  linesOf,
  named,
  refusedLines,
  type Sources,
  slipsQuery,
  typed,
  useForms,
  usual,
  type Values,
  written,
} from '../kit/slips.ts';
import { useTaken } from '../kit/taken.tsx';
import { when } from '../kit/time.ts';
import type { ProcedureRun, RunStep, SlipForm, SlipView, Ticket } from '../kit/types.ts';
import { ticks } from './foresee.ts';
import { Kept } from './kept.tsx';
import { flush, keep, useWaiting, type Waiting, waitingFor } from './outbox.ts';
import { back, go } from './path.ts';
import { ticketQuery } from './query.ts';
import { t } from './slips-words.ts';

const look = { pick: 'in', text: 'in' };

const ended = (ticket: Ticket) => ticket.status === 'archived' || ticket.status === 'cancelled';

/** Whether the caller works on a ticket, as the server sees it. */
function useMine(ticket: Ticket): boolean {
  const { permissions, account } = useSession();
  const works =
    ticket.assignee?.id === account.id ||
    ticket.tasks.some(task => task.assigneeId === account.id && task.state === 'open');
  return permissions.includes('slip.fill') && (works || permissions.includes('slip.any'));
}

/** The steps, by their titles, that a form which waits will tick: resolving asks for them no more. */
const stepsOf = (runs: ProcedureRun[], sent: Pick<Waiting, 'body' | 'form'>): string[] =>
  runs
    .flatMap(run => run.steps)
    .filter(step => step.state === 'open' && ticks(step, sent))
    .map(step => step.title);

const refreshed = ['slips', 'runs', 'ticket'];

/** Sends what was written on a form; where there is no network it waits on the phone, behind what was done before. */
function useSlip(
  ticket: Ticket,
  path: string,
  { form, version }: { form?: string; version?: number | undefined },
) {
  const client = useQueryClient();
  return async (
    once: { 'Idempotency-Key': string },
    body: Record<string, unknown>,
    said: string[],
    photo?: { picture: Blob; kind: string; stored: (picture: Blob) => Promise<string> },
  ): Promise<'saved' | 'kept'> => {
    let whole = body;
    const wait = { ticket: ticket.id, title: ticket.title, versioned: false };
    const later = async () => {
      if (photo && !whole.photoId) {
        const to = `/tickets/${ticket.id}/photos?kind=${photo.kind}`;
        await keep({ ...wait, id: uuid(), step: 'photo', path: to, photo: photo.picture });
        whole = { ...whole, signed: true };
      }
      const sent = { body: whole, ...(form ? { form } : {}) };
      const settles = stepsOf(client.getQueryData(['runs', ticket.id]) ?? [], sent);
      const item = { ...wait, ...sent, id: once['Idempotency-Key'], step: 'slip', path, settles, said };
      await keep(version === undefined ? item : { ...item, match: version });
      return 'kept' as const;
    };
    if (navigator.onLine) await flush();
    if (!navigator.onLine || waitingFor(ticket.id).some(w => !w.refused)) return later();
    try {
      if (photo) whole = { ...whole, photoId: await photo.stored(photo.picture) };
      await post(path, whole, { ...once, ...(version === undefined ? {} : match(version)) });
    } catch (error) {
      if (!isOffline(error)) throw error;
      return later();
    }
    for (const key of refreshed) void client.invalidateQueries({ queryKey: [key] });
    return 'saved';
  };
}

// Beside the lines of the form, whose names are words.
const why = ':why';

interface Opened {
  form: SlipForm;
  corrected?: SlipView | undefined;
}

function Filling({
  form,
  corrected,
  sources,
  close,
}: Opened & { sources: Sources; close: (said?: 'saved' | 'kept') => void }) {
  const send = useSend();
  const ticket = sources.ticket;
  const [values, set, edit] = useEdit<Values>(
    { ...begun(form, sources, corrected), [why]: '' },
    `m-slip:${corrected?.id ?? `${ticket.id}:${form.id}`}`,
  );
  const sign = form.fields.find(f => f.type === 'sign');
  const kind = sign?.keeper ? 'slip' : 'signature';
  const { picture, setPicture, keep: stored } = useSigned(ticket.id, kind);
  const path = corrected ? `/slips/${corrected.id}/correct` : `/tickets/${ticket.id}/slips`;
  const slip = useSlip(ticket, path, { form: form.id, version: corrected?.version });
  const lines = form.fields.filter(typed);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    lines.forEach((field, i) => {
      if (field.must && !values[field.id]?.trim()) wrong[`lines[${i}].value`] = t('missing');
    });
    if (corrected && !values[why]?.trim()) wrong.why = t('missing');
    if (!send.fix(wrong)) return;
    const body = {
      lines: linesOf(form, values, corrected),
      ...(corrected ? { why: values[why]?.trim() } : { form: form.id }),
      ...(corrected?.photoId && !picture ? { photoId: corrected.photoId } : {}),
    };
    const said = lines.flatMap(field => {
      const text = written(field, body);
      return text ? `${named(field)} ${text}` : [];
    });
    if (corrected) said.push(values[why]?.trim() ?? '');
    const made = await send.run(once => slip(once, body, said, picture && { picture, kind, stored }));
    if (!made) return;
    edit.saved();
    close(made);
  };
  const refused = refusedLines(form, send.fields);
  return (
    <form className="sect stack" aria-label={named(form)} onSubmit={submit} noValidate>
      <h2>{named(form)}</h2>
      {lines.map(field => (
        <Field key={field.id} label={named(field)} error={refused[field.id]}>
          {a => (
            <>
              <SlipInput
                look={look}
                unsaid={t('unsaid')}
                a={a}
                field={field}
                value={values[field.id] ?? ''}
                onChange={value => set({ [field.id]: value })}
              />
              <NewerLine of={edit.newer[field.id]} words={!field.choices} />
            </>
          )}
        </Field>
      ))}
      {sign && (
        <Field
          label={t(corrected?.photoId ? 'resign' : sign.keeper ? 'keeper' : 'sign')}
          error={send.fields.photoId}
        >
          {a => <SignatureInput a={a} onChange={setPicture} />}
        </Field>
      )}
      {corrected && (
        <Field label={t('why')} error={send.fields.why}>
          {a => (
            <input
              {...a}
              className="in"
              maxLength={200}
              value={values[why] ?? ''}
              onChange={e => set({ [why]: e.target.value })}
            />
          )}
        </Field>
      )}
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button
          type="button"
          className="pbtn"
          onClick={() => {
            edit.drop();
            close();
          }}
        >
          {t('back')}
        </button>
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t(send.busy ? 'saving' : 'save')}
        </button>
      </div>
    </form>
  );
}

function Voiding({
  slip,
  ticket,
  close,
}: {
  slip: SlipView;
  ticket: Ticket;
  close: (said?: 'saved' | 'kept') => void;
}) {
  const send = useSend();
  const [words, setWords] = useState('');
  const sent = useSlip(ticket, `/slips/${slip.id}/void`, { version: slip.version });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(words.trim() ? {} : { why: t('missing') })) return;
    const made = await send.run(once => sent(once, { why: words.trim() }, [words.trim()]));
    if (made) close(made);
  };
  return (
    <form className="stack" onSubmit={submit} aria-label={t('void')} noValidate>
      <Field label={t('void.why')} error={send.fields.why}>
        {a => (
          <input
            {...a}
            className="in"
            maxLength={200}
            value={words}
            onChange={e => setWords(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button type="button" className="pbtn" onClick={() => close()}>
          {t('back')}
        </button>
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t('void.go')}
        </button>
      </div>
    </form>
  );
}

/** What stands on a form that was kept. */
function Lines({ slip, form }: { slip: SlipView; form: SlipForm }) {
  return (
    <div>
      {form.fields.map(field => {
        const value = written(field, slip);
        return (
          value && (
            <p key={field.id} className="words">
              <span className="dim">{named(field)}</span> {value}
            </p>
          )
        );
      })}
      {slip.photoId && <img className="quote-sign" src={`${base}/files/${slip.photoId}`} alt={t('signed')} />}
      <p className="dim s14">
        {t('filled', { at: when(slip.at), by: slip.by })}
        {slip.doneAt && t('done', { at: when(slip.doneAt) })}
      </p>
      {slip.revision > 1 && (
        <p className="dim s14">{t('revision', { n: slip.revision, why: slip.why ?? '' })}</p>
      )}
    </div>
  );
}

function One({
  slip,
  all,
  formOf,
  ticket,
  may,
  correct,
  said,
}: {
  slip: SlipView;
  all: SlipView[];
  formOf: (slip: SlipView) => SlipForm | undefined;
  ticket: Ticket;
  may: boolean;
  correct: (opened: Opened) => void;
  said: (key: 'saved' | 'kept') => void;
}) {
  const [voiding, setVoiding] = useState(false);
  // A change of it that waits would be outdated by the next one.
  const waits = useWaiting().some(w => w.path.startsWith(`/slips/${slip.id}/`) && !w.refused);
  const form = formOf(slip);
  if (!form) return null;
  const older = before(all, slip);
  return (
    <section className="sect stack" aria-label={named(form)} data-testid="slip">
      <h2>
        {named(form)} <span>{slip.number}</span>
      </h2>
      {slip.voidedAt && (
        <p className="trouble">
          {t('voided', { at: when(slip.voidedAt), by: slip.voidBy ?? '', why: slip.voidWhy ?? '' })}
        </p>
      )}
      <Lines slip={slip} form={form} />
      {older.length > 0 && (
        <details>
          <summary className="dim">{t('earlier', { n: older.length })}</summary>
          {older.map(old => {
            const its = formOf(old);
            return its && <Lines key={old.id} slip={old} form={its} />;
          })}
        </details>
      )}
      {may && !slip.voidedAt && !voiding && !waits && (
        <div className="two-btn">
          <button type="button" className="pbtn" onClick={() => setVoiding(true)}>
            {t('void')}
          </button>
          <button type="button" className="pbtn" onClick={() => correct({ form, corrected: slip })}>
            {t('correct')}
          </button>
        </div>
      )}
      {voiding && (
        <Voiding
          slip={slip}
          ticket={ticket}
          close={made => {
            setVoiding(false);
            if (made) said(made);
          }}
        />
      )}
    </section>
  );
}

/** Forms that wait on the phone; what was typed stands in the line of what waits. */
function Waits({ ticket, forms }: { ticket: string; forms: SlipForm[] }) {
  const waiting = useWaiting().filter(w => w.ticket === ticket && w.step === 'slip' && !w.refused);
  return waiting.map(w => {
    const form = forms.find(f => f.id === (w.form ?? (w.body as { form?: string }).form));
    return (
      form && (
        <p key={w.id} className="ct" role="status">
          {t('waits', { form: named(form) })}
        </p>
      )
    );
  });
}

function useQuotes(ticket: string, visits: boolean) {
  return (
    useQuery({
      queryKey: ['quotes', ticket],
      queryFn: async () =>
        (await data(api.GET('/tickets/{id}/quotes', { params: { path: { id: ticket } } }))).items,
      enabled: visits,
    }).data ?? []
  );
}

const useCategory = (id: string) =>
  useQuery({
    queryKey: ['categories'],
    queryFn: async () => (await data(api.GET('/categories'))).items,
    staleTime: Number.POSITIVE_INFINITY,
  }).data?.find(c => c.id === id);

function Page({
  ticket,
  forms,
  slips,
  asked,
}: {
  ticket: Ticket;
  forms: SlipForm[];
  slips: SlipView[];
  asked: string | undefined;
}) {
  const latest = current(forms);
  const mine = useMine(ticket);
  const may = mine && !ended(ticket);
  const taken = useTaken(ticket).data ?? [];
  const category = useCategory(ticket.category);
  const sources = { ticket, category, quotes: useQuotes(ticket.id, ticket.visits), taken };
  const first = latest.find(f => f.id === asked);
  const [opened, setOpened] = useState<Opened | undefined>(may && first ? { form: first } : undefined);
  const [said, setSaid] = useState<'saved' | 'kept'>();
  const open = (next: Opened | undefined) => {
    setSaid(undefined);
    setOpened(next);
    window.scrollTo(0, 0);
  };
  const formOf = (slip: SlipView) => forms.find(f => f.id === slip.form && f.version === slip.edition);
  const likely = usual(ticket);
  const order = [...latest].sort((a, b) => Number(likely.includes(b.id)) - Number(likely.includes(a.id)));
  const standing = slips.filter(s => !s.replacedAt);
  if (opened)
    return (
      <Filling
        {...opened}
        sources={sources}
        close={made => {
          open(undefined);
          setSaid(made);
        }}
      />
    );
  return (
    <>
      {said && (
        <p className="ct" role="status">
          {t(said)}
        </p>
      )}
      <Waits ticket={ticket.id} forms={latest} />
      {standing.length === 0 && <p className="sect dim">{t('none')}</p>}
      {standing.map(slip => (
        <One
          key={slip.id}
          slip={slip}
          all={slips}
          formOf={formOf}
          ticket={ticket}
          may={may}
          correct={open}
          said={setSaid}
        />
      ))}
      {!may && <p className="sect dim">{t(ended(ticket) ? 'ended' : 'yours')}</p>}
      {may && (
        <div className="sect stack">
          {order.map(form => (
            <button key={form.id} type="button" className="pbtn" onClick={() => open({ form })}>
              {t(standing.some(s => s.form === form.id && !s.voidedAt) ? 'another' : 'fill', {
                form: named(form),
              })}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

export function SlipsPage({ id, form }: { id: string; form?: string | undefined }) {
  const query = useQuery(ticketQuery(id));
  const forms = useForms();
  const slips = useQuery(slipsQuery(id));
  const failed = [query, forms, slips].find(q => q.isLoadingError);
  return (
    <main className="screen">
      <header className="navb">
        <button type="button" className="bk" aria-label={t('back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{t('title')}</h1>
      </header>
      <Offline />
      <Kept ticket={id} />
      {query.data && (
        <p className="ct">
          <b>{query.data.title}</b> <span className="dim">{query.data.number}</span>
        </p>
      )}
      {failed && (
        <p className="trouble" role="alert">
          {explain(failed.error)}
        </p>
      )}
      {!failed && !(query.data && forms.data && slips.data) && <Skeleton />}
      {query.data && forms.data && slips.data && (
        <Page ticket={query.data} forms={forms.data} slips={slips.data} asked={form} />
      )}
    </main>
  );
}

/** At a step that asks for a form: the way to it, or to the one that ticked it. */
export function FormLink({ ticket, step }: { ticket: string; step: RunStep }) {
  const may = useSession().permissions.includes('slip.fill');
  const form = current(useForms().data ?? []).find(f => f.id === step.form);
  if (!form || !may || (step.state !== 'open' && !step.tick?.slipId)) return null;
  const open = step.state === 'open';
  // A line may be missing of a form that is there already: it is corrected then, not written once more.
  const line = open && form.fields.find(f => f.id === step.line);
  const name = [named(form), line ? named(line) : step.tick?.slipNo].filter(Boolean).join(' ');
  const to = `/m/tickets/${ticket}/slips${open && !line ? `/${form.id}` : ''}`;
  return (
    <a
      href={to}
      onClick={event => {
        event.preventDefault();
        go(to);
      }}
    >
      {t(open ? 'fill' : 'see', { form: name })}
    </a>
  );
}
