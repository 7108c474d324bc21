// One follow-up: what it is about, what was tried, and the form or what was said.
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, data } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { nameOf, rating } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import type { FollowUp } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { t } from '../../words/index.ts';
import { matterOf, useFollowUp, wishes } from './data.ts';
import { FollowUpForm } from './form.tsx';

/** A link by which the customer answers without a call, to be sent as one likes. */
function LinkMaker({ id }: { id: string }) {
  const link = useMutation({
    mutationFn: () => data(api.POST('/followups/{id}/link', { params: { path: { id } } })),
    onError: error => toast(explain(error)),
  });
  if (!link.data)
    return (
      <button type="button" className="btn" disabled={link.isPending} onClick={() => link.mutate()}>
        {t('followup.link')}
      </button>
    );
  const address = `${window.location.origin}/r/rate/${link.data.token}`;
  return (
    <div className="once">
      <label htmlFor={`link-${id}`}>{t('followup.link.said')}</label>
      <input
        id={`link-${id}`}
        className="text full"
        readOnly
        value={address}
        onFocus={event => event.target.select()}
      />
      <span className="row">
        <button
          type="button"
          className="btn"
          onClick={() =>
            navigator.clipboard.writeText(address).then(
              () => toast(t('followup.link.copied')),
              () => toast(t('followup.link.by_hand')),
            )
          }
        >
          {t('followup.link.copy')}
        </button>
        <span className="dim3">
          {t('followup.link.until')} <When at={link.data.expiresAt} />
        </span>
      </span>
    </div>
  );
}

const yesNo = (v: boolean) => t(v ? 'followup.manner.yes' : 'followup.manner.no');

function Said({ item }: { item: FollowUp }) {
  const manner = (['punctual', 'tidy', 'conduct'] as const).filter(m => item[m] !== undefined);
  return (
    <div className="result">
      <p>
        <b>{t(item.solved ? 'said.followed_up.solved' : 'said.followed_up.unsolved')}</b>
        {t('list.join')}
        {t('said.followed_up.rating', {
          rating: rating(item.rating ?? 0),
          attitude: item.attitude ?? '–',
          speed: item.speed ?? '–',
          effect: item.effect ?? '–',
        })}
      </p>
      {item.words && <p>{t('said.quote', { text: item.words })}</p>}
      <dl className="facts">
        {item.topics && item.topics.length > 0 && (
          <>
            <dt>{t('followup.topics')}</dt>
            <dd>
              {item.topics.map(topic => t(`followup.topic.${topic as 'attitude'}`)).join(t('list.join'))}
            </dd>
          </>
        )}
        {manner.map(m => (
          <Fact key={m} name={t(`followup.${m}`)}>
            {yesNo(item[m] === true)}
          </Fact>
        ))}
        {item.praised && <Fact name={t('followup.praised')}>{item.praised}</Fact>}
        {item.blamed && <Fact name={t('followup.blamed')}>{item.blamed}</Fact>}
        {item.nextTicketId && (
          <Fact name={t('followup.request.made')}>
            <Link to="/console/tickets/$id" params={{ id: item.nextTicketId }}>
              {t('followup.ticket')}
            </Link>
          </Fact>
        )}
        {item.promisedAt && (
          <Fact name={t('followup.promise.made')}>
            <When at={item.promisedAt} />
          </Fact>
        )}
        {item.signed && (
          <Fact name={t('followup.signed')}>
            {item.signed} {item.signedAt && <When at={item.signedAt} />}
          </Fact>
        )}
      </dl>
      <p className="dim3">
        {item.channel && t(`followup.channel.${item.channel}`)}
        {item.by && ` · ${nameOf(item.by)}`} {item.doneAt && <When at={item.doneAt} />}
      </p>
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

function Facts({ item }: { item: FollowUp }) {
  const wish = wishes(item);
  return (
    <dl className="facts">
      <Fact name={t('followup.why')}>{t(`followup.rule.${item.rule}`)}</Fact>
      <Fact name={t('ticket.place')}>{item.place || '–'}</Fact>
      <Fact name={t('ticket.customer')}>
        {[item.customerName, item.contactMobileMasked].filter(Boolean).join(' ') || '–'}
      </Fact>
      {wish && <Fact name={t('followup.wishes')}>{wish}</Fact>}
      <Fact name={t('followup.due')}>
        <When at={item.dueAt} />
        {item.completeBy && item.completeBy !== item.dueAt && (
          <>
            {t('list.join')}
            {t('followup.complete_by')} <When at={item.completeBy} />
          </>
        )}
      </Fact>
      {item.remedy && <Fact name={t('followup.remedy')}>{item.remedy}</Fact>}
      {item.assigneeName && <Fact name={t('followup.worker')}>{nameOf(item.assigneeName)}</Fact>}
    </dl>
  );
}

function Tried({ item }: { item: FollowUp }) {
  if (item.tried.length === 0) return null;
  return (
    <section className="part" aria-label={t('followup.tried')}>
      <h3>{t('followup.tried')}</h3>
      <ul className="mini-list">
        {item.tried.map(a => (
          <li key={a.id}>
            <span className="when dim3">
              <When at={a.at} />
            </span>
            <span className="grow">
              {t(`followup.channel.${a.channel}`)} {a.words}
            </span>
            <span className="dim3">{nameOf(a.by)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Others({ item }: { item: FollowUp }) {
  if (item.others.length === 0) return null;
  return (
    <section className="will" aria-label={t('followup.joined')}>
      <p>{t('followup.joined')}</p>
      <ul>
        {item.others.map(o => (
          <li key={o.id}>
            {matterOf(o)} <span className="dim3">{o.ticketNumber}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Body({ item }: { item: FollowUp }) {
  const can = useCan();
  return (
    <div className="body">
      <h2>{matterOf(item)}</h2>
      <Facts item={item} />
      <Others item={item} />
      <Tried item={item} />
      {item.state === 'done' && <Said item={item} />}
      {item.state === 'not_reached' && <p className="will">{t('followup.ended.not_reached')}</p>}
      {item.state === 'void' && <p className="will">{t('followup.ended.void')}</p>}
      {item.state === 'due' &&
        (can('followup.record') ? (
          <>
            <FollowUpForm key={item.id} followup={item} onDone={() => undefined} />
            <div className="part">
              <LinkMaker id={item.id} />
            </div>
          </>
        ) : (
          <p className="dim">{t('followup.not_yours')}</p>
        ))}
    </div>
  );
}

export function Detail({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useFollowUp(id);
  const item = query.data;
  return (
    <aside className="pane" aria-label={t('followup.detail')}>
      <div className="ph">
        <span className="dim3">{item?.ticketNumber}</span>
        <span className="grow" />
        {item && item.state !== 'due' && (
          <Link className="btn quiet" to="/console/followups/$id/sheet" params={{ id }}>
            {t('followup.sheet')}
          </Link>
        )}
        {item?.ticketId && (
          <Link className="btn quiet" to="/console/tickets/$id" params={{ id: item.ticketId }}>
            {t('followup.ticket')}
          </Link>
        )}
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('do.close')}
        </button>
      </div>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={6} />}
      {item && <Body item={item} />}
    </aside>
  );
}
