// A receipt on paper: 58 or 80 mm for the printer at the till, A4 for the file (PAY-01). Every print after the first is a copy.
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import QRCode from 'antd/es/qr-code';
import { useEffect, useState } from 'react';
import { api, base, data, uuid } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { exact } from '../../../kit/time.ts';
import type { PrintedReceipt } from '../../../kit/types.ts';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/receipts/$id');

type Size = '80' | '58' | 'a4';
const sizes: Size[] = ['80', '58', 'a4'];
const sizeOf = (): Size => {
  const kept = localStorage.getItem('gj:receipt-size');
  return sizes.find(s => s === kept) ?? '80';
};

function Slip({ r, size }: { r: PrintedReceipt; size: Size }) {
  const rows: [string, string | undefined][] = [
    [t('receipt.number'), r.number],
    [t('receipt.day'), `${r.day} ${exact(r.at).split(' ').pop() ?? ''}`],
    [t('bill.room'), r.label],
    [t('cashier.payer'), r.payer],
    [t('cashier.means'), `${t(`means.${r.means}`)} ${r.reference ?? ''}`],
    [t('cashier.tendered'), r.tendered === '0.00' ? '' : yuan(r.tendered)],
    [t('cashier.change'), r.tendered === '0.00' ? '' : yuan(r.change)],
    [t('cashier.words'), r.words],
    [t('payment.by'), r.by],
  ];
  const link = `${location.origin}/r/receipt/${r.code}`;
  return (
    <article className={`receipt mm-${size}`} aria-label={t('receipt.title')}>
      <h2>
        {r.company}
        <br />
        {r.communityName}
      </h2>
      <h3>
        {t('receipt.title')} {r.copy && <b className="receipt-mark">{t('receipt.copy')}</b>}
        {r.voidState === 'voided' && <b className="receipt-mark">{t('receipt.void')}</b>}
      </h3>
      <dl>
        {rows
          .filter(([, value]) => value?.trim())
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <table>
        <tbody>
          {r.parts.map(p => (
            <tr key={p.id}>
              <td>
                {p.itemName || t(p.part === 'deposit' ? 'part.deposit' : 'cashier.ahead.any')}{' '}
                {p.part !== 'principal' && p.part !== 'deposit' && t(`part.${p.part}`)}
                {p.label !== r.label && ` ${p.label}`}
                {p.period && <span className="span"> {p.period}</span>}
              </td>
              <td className="num">{yuan(p.amount)}</td>
            </tr>
          ))}
          <tr className="total">
            <td>{t('receipt.total')}</td>
            <td className="num">¥{yuan(r.amount)}</td>
          </tr>
        </tbody>
      </table>
      <p>{t('receipt.upper', { upper: r.upper })}</p>
      <div className="receipt-foot">
        <div role="img" aria-label={t('receipt.qr')}>
          <div aria-hidden="true">
            <QRCode value={link} type="svg" size={96} bordered={false} color="#000" bgColor="#fff" />
          </div>
        </div>
        <p>
          {t('receipt.check')}
          <br />
          {r.address}
          <br />
          {r.hours && (
            <>
              {t('receipt.hours', { hours: r.hours })}
              <br />
            </>
          )}
          {t('receipt.phone', { phone: r.servicePhone })}
          <br />
          {r.complaint && t('receipt.complaint', { where: r.complaint })}
        </p>
      </div>
    </article>
  );
}

export function ReceiptPage() {
  const { id } = route.useParams();
  const router = useRouter();
  const [size, setSize] = useState(sizeOf);
  const once = useState(uuid)[0];
  // One key for this look at the page: drawing it twice counts one print.
  const { mutate, ...print } = useMutation({
    mutationFn: () =>
      data(
        api.POST('/receipts/{id}/print', {
          params: { path: { id }, header: { 'Idempotency-Key': once } },
        }),
      ),
  });
  useEffect(() => mutate(), [mutate]);
  if (print.isError) return <ErrorPage error={print.error} reset={() => mutate()} />;
  if (!print.data) return <PageSkeleton />;
  const choose = (next: Size) => {
    localStorage.setItem('gj:receipt-size', next);
    setSize(next);
  };
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{print.data.number ?? ''}</H1>
        <span className="grow" />
        <Choice
          legend={t('receipt.size')}
          quietLegend
          name="size"
          value={size}
          options={sizes.map(value => ({ value, label: t(`receipt.size.${value}`) }))}
          onChange={choose}
        />
        <a className="btn" download href={`${base}/receipts/${id}/receipt.pdf`}>
          {t('paper.pdf')}
        </a>
        <button type="button" className="btn" onClick={() => router.history.back()}>
          {t('form.back')}
        </button>
        {/* biome-ignore lint/a11y/noAutofocus: Enter prints */}
        <button type="button" className="btn go" autoFocus onClick={() => window.print()}>
          {t('do.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={t('receipt.title')}>
        <Slip r={print.data} size={size} />
      </section>
    </main>
  );
}
