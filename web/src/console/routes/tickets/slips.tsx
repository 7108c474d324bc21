// The forms that go along with a ticket: printed empty, filled in and kept, corrected and printed as they are (TIC-14).
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { base } from '../../../kit/client.ts';
import { useSession } from '../../../kit/session.ts';
import {
  before,
  current,
  named,
  printed,
  type Sources,
  slipsQuery,
  useForms,
  usual,
} from '../../../kit/slips.ts';
import { useTaken } from '../../../kit/taken.tsx';
import { exact } from '../../../kit/time.ts';
import type { SlipForm, SlipView, Ticket } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/slips.ts';
import { useCategory, useQuotes, useTicket } from './data.ts';
import { Paper } from './papers.tsx';
import { Line } from './print.tsx';
import { SlipFilling } from './slip-form.tsx';
import { Voiding } from './slip-void.tsx';

const route = getRouteApi('/console/tickets/$id/slips');

/** Archived and cancelled tickets are never changed (TIC-04). */
const ended = (ticket: Ticket) => ticket.status === 'archived' || ticket.status === 'cancelled';

const useSlips = (id: string) => useQuery(slipsQuery(id));

/** A form as it is printed, with what was written on it if it was kept. */
function Sheet({ form, sources, kept }: { form: SlipForm; sources: Sources; kept?: SlipView | undefined }) {
  const proof = sources.ticket.photos.find(p => p.id === kept?.photoId);
  return (
    <Paper ticket={sources.ticket} title={named(form)}>
      <table>
        <tbody>
          {form.fields.map(field => (
            <Line key={field.id} name={named(field)}>
              {field.type === 'sign'
                ? proof && (
                    <img
                      className="quote-sign"
                      src={`${base}/files/${proof.id}`}
                      alt={t(`photo.${proof.kind}`)}
                    />
                  )
                : printed(field, sources, kept)}
            </Line>
          ))}
        </tbody>
      </table>
      {kept && (
        <p className="slip-foot">
          {t('slips.filled', { at: exact(kept.at), by: kept.by })}
          {kept.doneAt && ` ${t('slips.done', { at: exact(kept.doneAt) })}`}
          {kept.revision > 1 && ` ${t('slips.revision', { n: kept.revision, why: kept.why ?? '' })}`}
          {kept.voidedAt &&
            ` ${t('slips.voided', { at: exact(kept.voidedAt), by: kept.voidBy ?? '', why: kept.voidWhy ?? '' })}`}
        </p>
      )}
    </Paper>
  );
}

/** What stood there before, to be read on the screen only. */
function History({
  all,
  slip,
  formOf,
  sources,
}: {
  all: SlipView[];
  slip: SlipView;
  formOf: (slip: SlipView) => SlipForm | undefined;
  sources: Sources;
}) {
  const older = before(all, slip);
  if (older.length === 0) return null;
  return (
    <details className="no-print slip-history">
      <summary>{t('slips.history', { n: older.length })}</summary>
      {older.map(old => {
        const form = formOf(old);
        return form && <Sheet key={old.id} form={form} sources={sources} kept={old} />;
      })}
    </details>
  );
}

function Kept({
  all,
  slip,
  formOf,
  sources,
  may,
}: {
  all: SlipView[];
  slip: SlipView;
  formOf: (slip: SlipView) => SlipForm | undefined;
  sources: Sources;
  may: boolean;
}) {
  const [doing, setDoing] = useState<'correct' | 'void'>();
  const close = () => setDoing(undefined);
  const form = formOf(slip);
  if (!form) return null;
  if (doing === 'correct')
    return <SlipFilling form={form} sources={sources} corrected={slip} close={close} />;
  return (
    <div className="slip" data-testid="slip">
      <div className="row no-print">
        <span className={slip.voidedAt ? 'tag amber' : 'tag'}>
          {t(slip.voidedAt ? 'slips.void.tag' : 'slips.tag')}
        </span>
        {slip.number && <b>{slip.number}</b>}
        <span className="grow" />
        {may && !slip.voidedAt && !doing && (
          <>
            <button type="button" className="btn quiet" onClick={() => setDoing('void')}>
              {t('slips.void')}
            </button>
            <button type="button" className="btn" onClick={() => setDoing('correct')}>
              {t('slips.correct')}
            </button>
          </>
        )}
      </div>
      {doing === 'void' && <Voiding slip={slip} close={close} />}
      <Sheet form={form} sources={sources} kept={slip} />
      <History all={all} slip={slip} formOf={formOf} sources={sources} />
    </div>
  );
}

/** One form: what of it was kept, else the empty sheet; and the way to fill in one more. */
function FormPart({
  form,
  forms,
  all,
  sources,
  may,
  asked,
}: {
  form: SlipForm;
  forms: SlipForm[];
  all: SlipView[];
  sources: Sources;
  may: boolean;
  asked: boolean;
}) {
  const [open, setOpen] = useState(asked && may);
  const part = useRef<HTMLElement>(null);
  useEffect(() => {
    if (asked) part.current?.scrollIntoView({ block: 'start' });
  }, [asked]);
  const kept = all.filter(s => s.form === form.id && !s.replacedAt);
  const standing = kept.filter(s => !s.voidedAt);
  const formOf = (slip: SlipView) => forms.find(f => f.id === slip.form && f.version === slip.edition);
  return (
    <section ref={part} className="slip-part" aria-label={named(form)}>
      {kept.map(slip => (
        <Kept key={slip.id} all={all} slip={slip} formOf={formOf} sources={sources} may={may} />
      ))}
      {standing.length === 0 && !open && <Sheet form={form} sources={sources} />}
      {open && <SlipFilling form={form} sources={sources} close={() => setOpen(false)} />}
      {may && !open && (
        <button type="button" className="btn no-print" onClick={() => setOpen(true)}>
          {t(standing.length > 0 ? 'slips.another' : 'slips.fill', { form: named(form) })}
        </button>
      )}
    </section>
  );
}

export function SlipsPage() {
  const { id } = route.useParams();
  const { form: asked } = route.useSearch();
  const query = useTicket(id);
  const category = useCategory(query.data?.category);
  const taken = useTaken({ id, visits: true }).data ?? [];
  const quotes = useQuotes(id);
  const forms = useForms();
  const slips = useSlips(id);
  const can = useCan();
  const me = useSession().account.id;
  const [chosen, setChosen] = useState<string[]>();
  const failed = [query, forms, slips].find(gone);
  if (failed) return <ErrorPage error={failed.error} reset={() => void failed.refetch()} />;
  const ticket = query.data;
  if (!ticket || !forms.data || !slips.data) return <PageSkeleton />;
  const all = slips.data;
  const shown = chosen ?? [...usual(ticket), ...all.map(s => s.form), ...(asked ? [asked] : [])];
  const latest = current(forms.data);
  const toggle = (form: string) =>
    setChosen(shown.includes(form) ? shown.filter(f => f !== form) : [...shown, form]);
  const works =
    ticket.assignee?.id === me || ticket.tasks.some(k => k.assigneeId === me && k.state === 'open');
  const may = can('slip.fill') && (works || can('slip.any')) && !ended(ticket);
  const sources = { ticket, category, quotes, taken };
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{t('slips.title', { number: ticket.number })}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/tickets/$id" params={{ id }}>
          {t('form.back')}
        </Link>
        <button type="button" className="btn go" disabled={shown.length === 0} onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={ticket.number}>
        <fieldset className="slips no-print">
          <legend>{t('slips.choose')}</legend>
          {latest.map(form => (
            <label key={form.id}>
              <input type="checkbox" checked={shown.includes(form.id)} onChange={() => toggle(form.id)} />
              {named(form)}
              {all.some(s => s.form === form.id && !s.replacedAt && !s.voidedAt) && (
                <span className="dim">{t('slips.tag')}</span>
              )}
            </label>
          ))}
        </fieldset>
        {shown.length === 0 && <p className="dim no-print">{t('slips.none')}</p>}
        {latest
          .filter(form => shown.includes(form.id))
          .map(form => (
            <FormPart
              key={form.id}
              form={form}
              forms={forms.data}
              all={all}
              sources={sources}
              may={may}
              asked={form.id === asked}
            />
          ))}
      </section>
    </main>
  );
}
