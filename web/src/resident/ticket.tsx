// One matter as its customer sees it: where it stands, who comes, the story, and what one may do (TIC-08, TIC-09).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, base, data, upload } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { rating } from '../kit/format.ts';
import { Icon } from '../kit/icons.tsx';
import { shrink } from '../kit/image.ts';
import { When } from '../kit/parts.tsx';
import { go } from '../kit/path.ts';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { QuoteCard } from '../kit/quotes.tsx';
import { AddRecording, Recordings } from '../kit/recording.tsx';
import { useSend } from '../kit/send.ts';
import { showNow } from '../kit/shown.ts';
import { SignaturePad } from '../kit/signature.tsx';
import { when } from '../kit/time.ts';
import type { MatterFull, Quote } from '../kit/types.ts';
import { windowText } from '../kit/visits.tsx';
import { Bar, stateOf } from './parts.tsx';
import { RateForm, Thanks } from './rate-form.tsx';
import { Visit } from './visit.tsx';
import { t } from './words/index.ts';

type Word = 'say' | 'withdraw' | 'unsettled';

function useKeep(id: string) {
  const client = useQueryClient();
  return (made: MatterFull) => {
    void showNow(client, ['matter', id], made);
    void client.invalidateQueries({ queryKey: ['matters'] });
  };
}

function Now({ matter }: { matter: MatterFull }) {
  const comes = matter.assignee && !matter.resolvedAt;
  return (
    <section className="sect now">
      <p className="big-left">{stateOf(matter)}</p>
      {comes && (
        <p className="where">
          <Icon name="user" />
          {t('ticket.comes', { name: matter.assignee?.name ?? '', no: matter.assignee?.agentNo ?? '' })}
        </p>
      )}
      {comes && matter.promisedAt && (
        <p className="where">
          <Icon name="clock" />
          {t('ticket.promised', { time: when(matter.promisedAt) })}
        </p>
      )}
      {matter.heldUntil && (
        <p className="where">
          <Icon name="clock" />
          <span>
            {t('ticket.until')} <When at={matter.heldUntil} />
          </span>
        </p>
      )}
      <p className="dim s14">
        {matter.number} · {matter.place} · <When at={matter.openedAt} />
        {matter.located && ` · ${t('ticket.located')}`}
      </p>
      {matter.description && <p className="words">{matter.description}</p>}
      {matter.wished && <p className="dim">{t('ticket.wished', { text: matter.wished })}</p>}
    </section>
  );
}

function Cost({ quote, keep }: { quote: Quote; keep: (made: MatterFull) => void }) {
  const send = useSend();
  const [no, setNo] = useState(false);
  const [why, setWhy] = useState('');
  const params = { path: { id: quote.id } };
  const agree = async () => {
    const made = await send.run(once =>
      data(api.POST('/resident/quotes/{id}/accept', { params: { ...params, header: once } })),
    );
    if (made) keep(made);
  };
  const decline = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(why.trim() ? {} : { text: t('cost.no.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/resident/quotes/{id}/decline', {
          params: { ...params, header: once },
          body: { text: why.trim() },
        }),
      ),
    );
    if (made) keep(made);
  };
  if (no)
    return (
      <form className="stack" aria-label={t('cost.no')} onSubmit={decline} noValidate>
        <Field label={t('cost.no.label')} error={send.fields.text}>
          {a => (
            <textarea
              {...a}
              className="in"
              rows={2}
              maxLength={500}
              value={why}
              onChange={e => setWhy(e.target.value)}
            />
          )}
        </Field>
        <TroubleNote trouble={send.trouble} />
        <div className="two-btn">
          <button type="button" className="pbtn" onClick={() => setNo(false)}>
            {t('do.back')}
          </button>
          <button type="submit" className="pbtn go" disabled={send.busy}>
            {t('cost.no')}
          </button>
        </div>
      </form>
    );
  return (
    <>
      <p className="dim s14">{t('cost.note')}</p>
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button type="button" className="pbtn" onClick={() => setNo(true)}>
          {t('cost.no')}
        </button>
        <button type="button" className="pbtn go" disabled={send.busy} onClick={() => void agree()}>
          {t('cost.yes')}
        </button>
      </div>
    </>
  );
}

/** What the work costs, to agree to before it begins (TIC-07). */
function Costs({ matter, keep }: { matter: MatterFull; keep: (made: MatterFull) => void }) {
  if (matter.quotes.length === 0) return null;
  return (
    <section className="sect quotes" aria-label={t('cost.title')}>
      <h2>{t('cost.title')}</h2>
      <ul className="quote-list">
        {matter.quotes.map(quote => (
          <QuoteCard key={quote.id} quote={quote} files="/resident/photos" mine>
            {quote.state === 'offered' && <Cost quote={quote} keep={keep} />}
          </QuoteCard>
        ))}
      </ul>
    </section>
  );
}

/** What was found, done and is advised, to read and sign below (TIC-07d). */
function Sign({ matter, keep }: { matter: MatterFull; keep: () => void }) {
  const send = useSend();
  const [picture, setPicture] = useState<Blob>();
  const { sign } = matter;
  if (!sign) return null;
  const submit = async () => {
    if (!picture) return;
    const made = await send.run(once =>
      upload(`/resident/tickets/${matter.id}/signature`, picture, 'signature.png', once['Idempotency-Key']),
    );
    if (made) keep();
  };
  return (
    <section className="sect stack" aria-label={t('sign.title')}>
      <h2>{t('sign.title')}</h2>
      {sign.cause && <p>{t('ticket.cause', { text: sign.cause })}</p>}
      <p>{sign.remedy}</p>
      {sign.advice && <p>{t('ticket.advice', { text: sign.advice })}</p>}
      <SignaturePad onChange={setPicture} />
      <TroubleNote trouble={send.trouble} />
      <button
        type="button"
        className="pbtn go"
        disabled={!picture || send.busy}
        onClick={() => void submit()}
      >
        {t('sign.go')}
      </button>
      <p className="dim s14">{t('sign.hint')}</p>
    </section>
  );
}

function Result({ matter }: { matter: MatterFull }) {
  if (!matter.remedy && !matter.cause) return null;
  return (
    <section className="sect">
      <h2>{t('ticket.result')}</h2>
      {matter.cause && <p>{t('ticket.cause', { text: matter.cause })}</p>}
      <p>{matter.remedy}</p>
      {matter.advice && <p>{t('ticket.advice', { text: matter.advice })}</p>}
      {matter.rating && <p className="dim">{t('home.rated', { rating: rating(matter.rating) })}</p>}
    </section>
  );
}

function Story({ matter }: { matter: MatterFull }) {
  return (
    <section className="sect">
      <h2>{t('ticket.story')}</h2>
      <ol className="tl">
        {[...matter.timeline].reverse().map(e => (
          <li key={e.id} className={e.mine ? 'out' : ''}>
            <Icon name={e.mine ? 'user' : 'check'} size="s" />
            <time dateTime={e.at}>
              <When at={e.at} />
            </time>
            <p className="said">
              {t(e.mine ? 'story.me' : 'story.us')}
              {t(`story.${e.verb}` as 'story.opened')}
              {e.arrivalAt && t('story.at', { time: when(e.arrivalAt) })}
              {e.from && e.to && t('story.window', { window: windowText(e.from, e.to) })}
              {e.text && <span className="words">{t('story.text', { text: e.text })}</span>}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Photos({ matter, keep }: { matter: MatterFull; keep: () => void }) {
  const [error, setError] = useState(() => {
    const n = Number(new URLSearchParams(location.search).get('lost'));
    return n > 0 ? t('ticket.photos.lost', { n }) : '';
  });
  const open = matter.may.includes('say') && !matter.resolvedAt;
  if (!open && matter.photos.length + matter.recordings.length === 0) return null;
  return (
    <section className="sect">
      <h2>{t('ticket.photos')}</h2>
      <div className="ph">
        {matter.photos.map(p => (
          <a key={p.id} href={`${base}/resident/photos/${p.id}`}>
            <img src={`${base}/resident/photos/${p.id}`} alt={t(`photo.${p.kind}`)} />
            <em>{t(`photo.${p.kind}`)}</em>
          </a>
        ))}
        {open && (
          <span className="add">
            <Icon name="camera" />
            {t('report.photo')}
            <input
              type="file"
              accept="image/*"
              aria-label={t('report.photo')}
              onChange={event => {
                const file = event.target.files?.[0];
                event.target.value = '';
                if (!file) return;
                setError('');
                shrink(file)
                  .then(blob => upload(`/resident/tickets/${matter.id}/photos`, blob, 'photo.jpg'))
                  .then(keep, cause => setError(explain(cause)));
              }}
            />
          </span>
        )}
        {open && (
          <AddRecording
            take={(kind, blob) =>
              upload(`/resident/tickets/${matter.id}/recordings?kind=${kind}`, blob, 'file').then(keep)
            }
            onTrouble={setError}
          />
        )}
      </div>
      <Recordings items={matter.recordings} files="/resident/photos" />
      {error && (
        <p className="warn" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}

function Words({
  matter,
  what,
  keep,
  close,
}: {
  matter: MatterFull;
  what: Word;
  keep: (made: MatterFull) => void;
  close: () => void;
}) {
  const send = useSend();
  const [text, setText] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(text.trim() ? {} : { text: t(`do.${what}.missing`) })) return;
    const made = await send.run(once =>
      data(
        api.POST(`/resident/tickets/{id}/${what}`, {
          params: { path: { id: matter.id }, header: once },
          body: { text: text.trim() },
        }),
      ),
    );
    if (!made) return;
    keep(made);
    close();
  };
  return (
    <form className="stack" aria-label={t(`do.${what}`)} onSubmit={submit} noValidate>
      <Field label={t(`do.${what}.label`)} error={send.fields.text}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={3}
            maxLength={what === 'say' ? 2000 : 500}
            value={text}
            onChange={e => setText(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button type="button" className="pbtn" onClick={close}>
          {t('do.back')}
        </button>
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t(`do.${what}.go`)}
        </button>
      </div>
    </form>
  );
}

function Steps({ matter, keep }: { matter: MatterFull; keep: (made: MatterFull) => void }) {
  const send = useSend();
  const [open, setOpen] = useState<Word | 'rate'>();
  const [rated, setRated] = useState<boolean>();
  const may = (what: string) => matter.may.includes(what);
  if (rated !== undefined) return <Thanks solved={rated} />;
  if (open === 'rate')
    return (
      <div className="cta rate">
        <RateForm
          visited={matter.kind === 'repair' || matter.kind === 'service'}
          send={async (body, once) =>
            keep(
              await data(
                api.POST('/resident/tickets/{id}/rate', {
                  params: { path: { id: matter.id }, header: once },
                  body,
                }),
              ),
            )
          }
          onDone={setRated}
        />
      </div>
    );
  if (open)
    return (
      <div className="cta">
        <Words matter={matter} what={open} keep={keep} close={() => setOpen(undefined)} />
      </div>
    );
  const settle = async () => {
    const made = await send.run(once =>
      data(api.POST('/resident/tickets/{id}/settled', { params: { path: { id: matter.id }, header: once } })),
    );
    if (made) keep(made);
  };
  const buttons = [
    matter.rate && (
      <button key="rate" type="button" className="pbtn go" onClick={() => setOpen('rate')}>
        {t('do.rate')}
      </button>
    ),
    may('settled') && !matter.rate && (
      <button
        key="settled"
        type="button"
        className="pbtn go"
        disabled={send.busy}
        onClick={() => void settle()}
      >
        {t('do.settled')}
      </button>
    ),
    may('unsettled') && (
      <button key="unsettled" type="button" className="pbtn" onClick={() => setOpen('unsettled')}>
        {t('do.unsettled')}
      </button>
    ),
    may('again') && (
      <button
        key="again"
        type="button"
        className="pbtn"
        onClick={() => go(`/r/report?kind=${matter.kind}&again=${matter.id}`)}
      >
        {t('do.again')}
      </button>
    ),
    may('say') && !matter.resolvedAt && (
      <button key="say" type="button" className="pbtn" onClick={() => setOpen('say')}>
        {t('do.say')}
      </button>
    ),
    may('withdraw') && (
      <button key="withdraw" type="button" className="pbtn" onClick={() => setOpen('withdraw')}>
        {t('do.withdraw')}
      </button>
    ),
  ].filter(Boolean);
  if (buttons.length === 0) return null;
  return (
    <div className="cta">
      <TroubleNote trouble={send.trouble} />
      <div className="others">{buttons}</div>
    </div>
  );
}

export function MatterPage({ id }: { id: string }) {
  const keep = useKeep(id);
  const query = useQuery({
    queryKey: ['matter', id],
    queryFn: () => data(api.GET('/resident/tickets/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });
  const matter = query.data;
  return (
    <main className="screen">
      <Bar title={matter?.title ?? t('ticket.title')} back="/r" />
      {query.isPending && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {matter && (
        <>
          <Now matter={matter} />
          <Visit matter={matter} keep={keep} />
          <Costs matter={matter} keep={keep} />
          <Sign matter={matter} keep={() => void query.refetch()} />
          <Result matter={matter} />
          <Photos matter={matter} keep={() => void query.refetch()} />
          <Story matter={matter} />
          <Steps matter={matter} keep={keep} />
        </>
      )}
    </main>
  );
}
