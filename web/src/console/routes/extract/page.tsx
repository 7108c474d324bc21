// A statement of account (BIL-08, ARR-06): of a room, of who pays, of a company or of the developer; to be read, printed, or taken along as PDF or spreadsheet.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { type Span, spans } from '../../../kit/spans.ts';
import type { Extract } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';
import { today } from '../billing/parts.tsx';

const route = getRouteApi('/console/extracts/$form/$id');

const forms = ['room', 'payer', 'company', 'developer'] as const;
type Form = (typeof forms)[number];

/** Where a statement of a form is asked for. */
const pathOf = {
  room: (id: string) => `/rooms/${id}/extract`,
  payer: (id: string) => `/customers/${id}/extract`,
  company: (id: string) => `/customers/${id}/extract`,
  developer: (id: string) => `/communities/${id}/developer-extract`,
};

function ask(form: Form, id: string, query: { from: string; to: string; lang?: 'zh' | 'en' }) {
  const path = { id };
  if (form === 'room') return data(api.GET('/rooms/{id}/extract', { params: { path, query } }));
  if (form === 'developer')
    return data(api.GET('/communities/{id}/developer-extract', { params: { path, query } }));
  return data(api.GET('/customers/{id}/extract', { params: { path, query: { ...query, form } } }));
}

const some = (amount: string) => (Number(amount) === 0 ? '' : yuan(amount));

function Sums({ of: s }: { of: Extract }) {
  const w = (key: string) => s.words[key] ?? key;
  const columns = ['owed', 'ahead', 'balance', 'deposit'] as const;
  return (
    <table aria-label={w('sheetHead')}>
      <thead>
        <tr>
          <th />
          {columns.map(c => (
            <th key={c} className="num">
              {w(c)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(['opening', 'closing'] as const).map(at => (
          <tr key={at} className={at === 'closing' ? 'b' : ''}>
            <td>{w(at)}</td>
            {columns.map(c => (
              <td key={c} className="num">
                {yuan(s[at][c])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Entries({ of: s }: { of: Extract }) {
  const w = (key: string) => s.words[key] ?? key;
  const any = (of: (e: Extract['entries'][number]) => string) => s.entries.some(e => Number(of(e)) !== 0);
  const columns = (
    [
      ['charged', e => e.charged, true],
      ['credited', e => e.credited, true],
      ['aheadMove', e => e.ahead, false],
      ['depositMove', e => e.deposit, false],
      ['waived', e => e.waived, false],
      ['accrued', e => e.accrued, true],
    ] as [string, (e: Extract['entries'][number]) => string, boolean][]
  ).filter(([, of, must]) => must || any(of));
  const edge = (day: string | undefined, name: string, balance: string) => (
    <tr className="b">
      <td>{day}</td>
      <td>{name}</td>
      {columns.map(([key]) => (
        <td key={key} />
      ))}
      <td className="num">{yuan(balance)}</td>
    </tr>
  );
  return (
    <table aria-label={w('title')} className="extract-entries">
      <thead>
        <tr>
          <th>{w('day')}</th>
          <th>{w('what')}</th>
          {columns.map(([key]) => (
            <th key={key} className="num">
              {w(key)}
            </th>
          ))}
          <th className="num">{w('balance')}</th>
        </tr>
      </thead>
      <tbody>
        {edge(s.from, w('opening'), s.opening.balance)}
        {s.entries.map((e, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries do not change their places
          <tr key={i}>
            <td>{e.day}</td>
            <td>{e.text}</td>
            {columns.map(([key, of]) => (
              <td key={key} className="num">
                {some(of(e))}
              </td>
            ))}
            <td className="num">{yuan(e.balance)}</td>
          </tr>
        ))}
        {edge(s.to, w('closing'), s.closing.balance)}
      </tbody>
    </table>
  );
}

/** What moved, by what it was; what did not is left out. */
function Totals({ of: s }: { of: Extract }) {
  const w = (key: string) => s.words[key] ?? key;
  const moved = (['billed', 'reversed', 'late', 'paid', 'off', 'back', 'waived'] as const).filter(
    k => Number(s.totals[k]) !== 0,
  );
  if (moved.length === 0) return null;
  return (
    <p>
      {w('totals')}: {moved.map(k => `${w(k)} ${yuan(s.totals[k])}`).join(' · ')}
    </p>
  );
}

function Bills({ of: s, bills, name }: { of: Extract; bills: Extract['open']; name: string }) {
  const w = (key: string) => s.words[key] ?? key;
  return (
    <table aria-label={name}>
      <thead>
        <tr>
          <th>{w('room')}</th>
          <th>{w('item')}</th>
          <th>{w('period')}</th>
          <th>{w('due')}</th>
          <th className="num">{w('billedCol')}</th>
          <th className="num">{w('openCol')}</th>
          <th className="num">{w('lateCol')}</th>
        </tr>
      </thead>
      <tbody>
        {bills.map((o, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bills do not change their places
          <tr key={i}>
            <td>{o.room}</td>
            <td>{s.lang === 'en' && o.itemEn ? o.itemEn : o.item}</td>
            <td>{o.period}</td>
            <td>{o.due}</td>
            <td className="num">{yuan(o.billed)}</td>
            <td className="num">{yuan(o.open)}</td>
            <td className="num">{some(o.late)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function OpenBills({ of: s }: { of: Extract }) {
  const w = (key: string) => s.words[key] ?? key;
  return (
    <>
      <h3>{w('open').replace('{day}', s.asOf ?? '')}</h3>
      {s.open.length === 0 && <p>{w('none')}</p>}
      {s.open.length > 0 && (
        <>
          <Bills of={s} bills={s.open} name={w('sheetOpen')} />
          <p className="b">
            {w('payable')} ¥{yuan(s.payable)}
          </p>
        </>
      )}
      {s.joint && (
        <>
          <h3>{w('joint')}</h3>
          <p className="dim">{w('jointHint')}</p>
          <Bills of={s} bills={s.joint} name={w('sheetJoint')} />
        </>
      )}
    </>
  );
}

function Paper({ of: s }: { of: Extract }) {
  const w = (key: string) => s.words[key] ?? key;
  return (
    <article className="paper extract stack" lang={s.lang} data-testid="extract">
      <p className="dim">
        {s.place.company} · {s.place.name}
      </p>
      <h2>{w('title')}</h2>
      <p>
        {w('for')} <b>{s.name || w('developer')}</b>
        <br />
        {w('rooms')} {s.rooms.slice(0, 6).join(s.lang === 'en' ? ', ' : '、')}
        {s.rooms.length > 6 && ` ${w('more').replace('{n}', String(s.rooms.length))}`}
        <br />
        {w('span')} {s.from} – {s.to} · {w('asOf')} {s.asOf}
      </p>
      <Sums of={s} />
      <Totals of={s} />
      {s.entries.length === 0 ? <p>{w('nothing')}</p> : <Entries of={s} />}
      <OpenBills of={s} />
      <p className="extract-foot">
        {w('office')} {[s.place.address, s.place.hours].filter(Boolean).join(' · ')}
        <br />
        {w('phone')} {s.place.phone} · {w('complaint')} {s.place.complaint}
        <br />
        {w('hint')}
      </p>
    </article>
  );
}

export function ExtractPage() {
  const { form: asked, id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const form = forms.find(f => f === asked) ?? 'room';
  const now = today();
  const said = spans(now);
  const from = search.from ?? said.year[0];
  const to = search.to ?? said.year[1];
  const lang = search.lang === 'en' || search.lang === 'zh' ? search.lang : undefined;
  const query = useQuery({
    queryKey: ['extract', form, id, from, to, lang],
    queryFn: () => ask(form, id, { from, to, ...(lang ? { lang } : {}) }),
    retry: false,
  });
  const s = query.data;
  const file = (name: string) =>
    `${base}${pathOf[form](id)}/${name}?${new URLSearchParams({ from, to, ...(form === 'company' ? { form } : {}), ...(lang ? { lang } : {}) })}`;
  const set = (more: { from?: string; to?: string; lang?: string }) =>
    void navigate({ search: { from, to, ...(lang ? { lang } : {}), ...more }, replace: true });
  const day = (name: 'from' | 'to', value: string) => (
    <input
      type="date"
      className="text"
      aria-label={t(`extract.${name}`)}
      value={value}
      onChange={e => e.target.value && set({ [name]: e.target.value })}
    />
  );
  const span = (Object.keys(said) as Span[]).find(k => said[k][0] === from && said[k][1] === to);
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{t('extract.title')}</H1>
        <select
          className="text"
          aria-label={t('extract.span')}
          value={span ?? ''}
          onChange={e => {
            const chosen = said[e.target.value as Span];
            if (chosen) set({ from: chosen[0], to: chosen[1] });
          }}
        >
          <option value="">{t('extract.span.own')}</option>
          {(Object.keys(said) as Span[]).map(k => (
            <option key={k} value={k}>
              {t(`extract.span.${k}`)}
            </option>
          ))}
        </select>
        {day('from', from)}
        {day('to', to)}
        <span className="grow" />
        <Choice
          legend={t('extract.lang')}
          quietLegend
          name="lang"
          value={lang ?? s?.lang}
          options={[
            { value: 'zh', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
          onChange={value => set({ lang: value })}
        />
        {can('extract.export') && (
          <a className="btn" download href={file('export.xlsx')}>
            {t('extract.sheet')}
          </a>
        )}
        <a className="btn" download href={file('statement.pdf')}>
          PDF
        </a>
        <button type="button" className="btn go" disabled={!s} onClick={() => window.print()}>
          {t('paper.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={t('extract.title')}>
        {s?.form === 'room' && s.customerId && (
          <p className="no-print">
            <Link
              to="/console/extracts/$form/$id"
              params={{ form: 'payer', id: s.customerId }}
              search={{ from, to }}
            >
              {t('extract.all_of', { name: s.name })}
            </Link>
          </p>
        )}
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {s && <Paper of={s} />}
      </section>
    </main>
  );
}
