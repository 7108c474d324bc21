import type { BillLine } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';
import { explained } from './parts.tsx';
import { Shots } from './shots.tsx';

/** A line of a bill: what it is for, how it came about, on what it rests, who approved it. */
export function Explanation({ line }: { line: BillLine }) {
  return (
    <div className="stack" data-testid="explained">
      <ol className="said-list">
        {explained(line).map(text => (
          <li key={text}>{text}</li>
        ))}
      </ol>
      <Shots photos={line.photos ?? []} on={line.to ?? ''} />
      <dl className="facts tall">
        {[
          [
            t('bill.for'),
            t(line.explain.basis === 'meter' ? 'bill.span.meter' : 'bill.span', {
              from: line.from ?? '',
              to: line.to ?? '',
            }),
          ],
          [t(line.tenant ? 'bill.debtor.tenant' : 'bill.debtor'), line.debtor || t('bill.developer')],
          [t('charge.document'), line.document],
          [t('charge.explanation'), line.explanation],
          [t('bill.approved'), line.approvedBy],
        ]
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
