// Birthday, language, how somebody likes to be reached, whom to call: the part of an archive beside names and numbers.
import Input from 'antd/es/input';
import type { Newest } from '../../../kit/edit.ts';
import { wordFor } from '../../../kit/i18n.ts';
import type { Customer, CustomerDetails } from '../../../kit/types.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import { clockOf, minutesOf } from './data.ts';

export interface DetailValues {
  birthday: string;
  gender: string;
  language: string;
  channel: string;
  from: string;
  to: string;
  noCalls: boolean;
  cardNo: string;
  emergencyName: string;
  emergencyRelation: string;
  emergencyNumber: string;
  emergencyKept: string;
}

export const detailsOf = (c: Customer): DetailValues => ({
  birthday: c.birthday ?? '',
  gender: c.gender ?? '',
  language: c.language ?? '',
  channel: c.channel ?? '',
  from: clockOf(c.contactFrom),
  to: clockOf(c.contactTo),
  noCalls: c.noCalls ?? false,
  cardNo: c.cardNo ?? '',
  emergencyName: c.emergency?.name ?? '',
  emergencyRelation: c.emergency?.relation ?? '',
  emergencyNumber: '',
  emergencyKept: c.emergency?.masked ?? '',
});

export const detailsBody = (v: DetailValues): CustomerDetails => ({
  ...(v.birthday.trim() ? { birthday: v.birthday.trim() } : {}),
  ...(v.gender ? { gender: v.gender as CustomerDetails['gender'] } : {}),
  ...(v.language ? { language: v.language as CustomerDetails['language'] } : {}),
  ...(v.channel ? { channel: v.channel as CustomerDetails['channel'] } : {}),
  contactFrom: minutesOf(v.from),
  contactTo: minutesOf(v.to),
  noCalls: v.noCalls,
  cardNo: v.cardNo.trim(),
  ...(v.emergencyName.trim() || v.emergencyNumber.trim()
    ? {
        emergency: {
          name: v.emergencyName.trim(),
          relation: v.emergencyRelation.trim(),
          ...(v.emergencyNumber.trim()
            ? { number: v.emergencyNumber.trim() }
            : { keep: v.emergencyKept !== '' }),
        },
      }
    : {}),
});

interface Props {
  values: DetailValues;
  set: (part: Partial<DetailValues>) => void;
  fields: Record<string, string>;
  newer: Newest<DetailValues>;
}

export function DetailFields({ values, set, fields, newer }: Props) {
  const text = (
    name: keyof DetailValues,
    label: string,
    error?: string,
    hint?: string,
    placeholder?: string,
  ) => (
    <Field label={label} error={error} newer={newer[name]} hint={hint}>
      {a => (
        <Input
          {...a}
          autoComplete="off"
          placeholder={placeholder}
          value={String(values[name])}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  const choose = (name: 'gender' | 'language' | 'channel', label: string, options: readonly string[]) => (
    <Field label={label} newer={newer[name]}>
      {a => (
        <Select
          {...a}
          allowClear
          value={values[name] || undefined}
          onChange={(v: string | undefined) => set({ [name]: v ?? '' })}
          options={options.map(value => ({ value, label: wordFor(`${name}.${value}`) ?? value }))}
        />
      )}
    </Field>
  );
  const time = (name: 'from' | 'to', label: string, error?: string) => (
    <Field label={label} error={error} newer={newer[name]}>
      {a => (
        <input
          {...a}
          type="time"
          className="text"
          value={values[name]}
          onChange={e => set({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <fieldset className="stack wide-set">
      <legend className="sub">{t('customer.particulars')}</legend>
      <div className="grid-2">
        {text('birthday', t('customer.birthday'), fields['details.birthday'], undefined, '1958-05-14')}
        {choose('gender', t('customer.gender'), ['male', 'female'])}
        {choose('language', t('customer.language'), ['zh', 'yue', 'en', 'ja', 'ko', 'other'])}
        {choose('channel', t('customer.channel'), ['phone', 'sms', 'wechat', 'app', 'email', 'visit'])}
        {time('from', t('customer.contact_from'), fields['details.contactFrom'])}
        {time('to', t('customer.contact_to'), fields['details.contactTo'])}
        {text('cardNo', t('customer.card'), fields['details.cardNo'])}
        <label className="row check">
          <input
            type="checkbox"
            checked={values.noCalls}
            onChange={e => set({ noCalls: e.target.checked })}
          />
          {t('customer.no_calls')} <NewerNote of={newer.noCalls} />
        </label>
        {text('emergencyName', t('customer.emergency.name'), fields['details.emergency.name'])}
        {text('emergencyRelation', t('customer.emergency.relation'), fields['details.emergency.relation'])}
        {text(
          'emergencyNumber',
          t('customer.emergency.number'),
          fields['details.emergency.number'],
          values.emergencyKept ? t('customer.emergency.kept', { number: values.emergencyKept }) : undefined,
        )}
      </div>
    </fieldset>
  );
}
