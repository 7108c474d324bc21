// The rule of a stay in a version of a tariff: by entry, or steps by day and by night with a cap (BIL-01).
import Input from 'antd/es/input';
import InputNumber from 'antd/es/input-number';
import { clockOf, type Parking, parkingSaid } from '../../../kit/bills.ts';
import { isAmount } from '../../../kit/format.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';

export const noParking = {
  by: 'time' as 'time' | 'entry',
  free: 15,
  freeOff: false,
  entry: '',
  step: 60,
  price: '',
  nightStep: 0,
  night: '',
  nightFrom: 22 * 60,
  nightTo: 6 * 60,
  cap: '',
  capBy: 'entry' as 'entry' | 'calendar',
};
type Draft = typeof noParking;

const money = (text: string) => (isAmount(text) ? { yes: text.trim() } : {});

/** What is sent of a draft: amounts only where they were written. */
export function ruleOf(d: Draft): Parking {
  const { yes: entry } = money(d.entry);
  const { yes: price } = money(d.price);
  const { yes: night } = money(d.night);
  const { yes: cap } = money(d.cap);
  if (d.by === 'entry') return { by: 'entry', free: d.free, ...(entry ? { entry } : {}) };
  return {
    by: 'time',
    free: d.free,
    freeOff: d.freeOff,
    step: d.step,
    ...(price ? { price } : {}),
    ...(d.nightStep > 0
      ? {
          nightStep: d.nightStep,
          nightFrom: d.nightFrom,
          nightTo: d.nightTo,
          ...(night ? { night } : {}),
        }
      : {}),
    ...(cap ? { cap, capBy: d.capBy } : {}),
  };
}

const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

interface Props {
  value: Draft;
  set: (d: Draft) => void;
  fields: Record<string, string>;
}

export function ParkingForm({ value: d, set, fields }: Props) {
  const put = (part: Partial<Draft>) => set({ ...d, ...part });
  const yuan = (name: 'entry' | 'price' | 'night' | 'cap', hint?: ConsoleKey) => (
    <Field label={t(`park.${name}`)} error={fields[`parking.${name}`]} hint={hint && t(hint)}>
      {a => (
        <Input
          {...a}
          inputMode="decimal"
          className="num"
          autoComplete="off"
          value={d[name]}
          onChange={e => put({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  const minutes = (name: 'free' | 'step' | 'nightStep', hint?: ConsoleKey) => (
    <Field label={t(`park.${name}`)} error={fields[`parking.${name}`]} hint={hint && t(hint)}>
      {a => <InputNumber {...a} min={0} max={1440} value={d[name]} onChange={n => put({ [name]: n ?? 0 })} />}
    </Field>
  );
  const clock = (name: 'nightFrom' | 'nightTo') => (
    <Field label={t(`park.${name}`)} error={fields[`parking.${name}`]}>
      {a => (
        <input
          {...a}
          type="time"
          className="text"
          value={clockOf(d[name])}
          onChange={e => e.target.value && put({ [name]: minuteOf(e.target.value) })}
        />
      )}
    </Field>
  );
  return (
    <fieldset className="stack">
      <Choice
        legend={t('park.by')}
        name="park-by"
        value={d.by}
        options={(['time', 'entry'] as const).map(value => ({ value, label: t(`park.by.${value}`) }))}
        onChange={by => put({ by })}
        {...(fields['parking.by'] ? { error: fields['parking.by'] } : {})}
      />
      <div className="pair">
        {minutes('free')}
        {d.by === 'entry' ? yuan('entry') : yuan('cap', 'park.cap.hint')}
      </div>
      {d.by === 'time' && (
        <>
          <label className="row">
            <input type="checkbox" checked={d.freeOff} onChange={e => put({ freeOff: e.target.checked })} />
            {t('park.freeOff')}
          </label>
          <div className="pair">
            {minutes('step')}
            {yuan('price')}
          </div>
          <div className="pair">
            {minutes('nightStep', 'park.nightStep.hint')}
            {d.nightStep > 0 && yuan('night')}
          </div>
          {d.nightStep > 0 && (
            <div className="pair">
              {clock('nightFrom')}
              {clock('nightTo')}
            </div>
          )}
          {d.cap.trim() !== '' && (
            <Choice
              legend={t('park.capBy')}
              name="park-cap-by"
              value={d.capBy}
              options={(['entry', 'calendar'] as const).map(value => ({
                value,
                label: t(`park.capBy.${value}`),
              }))}
              onChange={capBy => put({ capBy })}
              {...(fields['parking.capBy'] ? { error: fields['parking.capBy'] } : {})}
            />
          )}
        </>
      )}
      {isAmount(d.by === 'entry' ? d.entry : d.price) && (
        <div>
          <p className="dim">{t('park.said')}</p>
          <ul className="said-list">
            {parkingSaid(ruleOf(d)).map(text => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
    </fieldset>
  );
}
