// Bills that a tenant of one's room pays: its owner is jointly liable, sees what is open, and may pay it (BIL-01, 物业管理条例 article 41).
import { yuan } from '../kit/format.ts';
import { currentLang } from '../kit/i18n.ts';
import type { Extract, OpenBill, OwnYear } from '../kit/types.ts';
import { Line } from './bills.tsx';
import { itemName, monthName, sum } from './money.ts';

const zh = {
  title: '由租户支付，您负连带责任',
  law: '依《物业管理条例》第四十一条，约定由租户交纳的费用，业主负连带交纳责任。',
  pay: '租户未交时，您可以勾选后代为支付。',
  total: '合计',
};

const en: typeof zh = {
  title: 'Your tenant pays; you are jointly liable',
  law: 'Where it is agreed that the tenant pays, the owner is jointly liable (Regulations on Property Management, article 41).',
  pay: 'You may tick what is open and pay it.',
  total: 'Together',
};

const w = (key: keyof typeof zh): string => (currentLang() === 'en' ? en : zh)[key];

function Head({ total, pay }: { total: string; pay?: boolean }) {
  return (
    <section className="sect">
      <h2>{w('title')}</h2>
      <p className="dim s14">
        {w('law')} {pay && w('pay')}
      </p>
      <p className="row">
        <span className="grow">{w('total')}</span>
        <b data-testid="joint-total">¥{yuan(total)}</b>
      </p>
    </section>
  );
}

/** What is open, to be chosen for paying. */
export function JointLines({
  lines,
  chosen,
  toggle,
}: {
  lines: OpenBill[];
  chosen: OpenBill[];
  toggle: (id: string) => void;
}) {
  return (
    <div data-testid="joint">
      <Head total={sum(lines.flatMap(l => [l.open, l.lateFee]))} pay />
      <ul className="bills">
        {lines.map(l => (
          <Line key={l.id} line={l} chosen={chosen} on={chosen.includes(l)} toggle={() => toggle(l.id)} />
        ))}
      </ul>
    </div>
  );
}

/** What is open of a year. */
export function JointYear({ lines }: { lines: NonNullable<OwnYear['joint']> }) {
  const open = (l: (typeof lines)[number]) => sum([l.amount, `-${l.paid}`]);
  return (
    <div data-testid="joint">
      <Head total={sum(lines.map(open))} />
      <section className="sect">
        <ul className="plain-rows">
          {lines.map(l => (
            <li key={l.id} className="row">
              <span className="grow">
                {itemName(l)} {monthName(l.period ?? '')}
              </span>
              <b>¥{yuan(open(l))}</b>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** The same on a statement of account, whose words come with it. */
export function JointPaper({ of: s }: { of: Extract }) {
  return (
    <section className="sect" data-testid="joint">
      <h2>{s.words.joint}</h2>
      <p className="dim s14">{s.words.jointHint}</p>
      <ul className="plain-rows">
        {(s.joint ?? []).map((o, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bills do not change their places
          <li key={i} className="row">
            <span className="grow">
              {s.lang === 'en' && o.itemEn ? o.itemEn : o.item} {o.period}
              <small className="dim">
                {o.room} · {s.words.due} {o.due}
                {Number(o.late) !== 0 && ` · ${s.words.lateCol} ¥${yuan(o.late)}`}
              </small>
            </span>
            <b>¥{yuan(o.open)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
