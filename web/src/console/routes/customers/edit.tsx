import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent, ReactNode } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { type Newer, useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Customer, CustomerBody } from '../../../kit/types.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useTagName, useTags } from './data.ts';
import { DetailFields, type DetailValues, detailsBody, detailsOf } from './details.tsx';

type IdentityKind = Customer['identities'][number]['kind'];

/** A line is either one that is kept, at its place as shown, or a new one. */
interface Line {
  key: number;
  kept?: { index: number; text: string };
  number: string;
  kind: IdentityKind;
  holder: string;
  bank: string;
}

// Lines that are drawn from the archive have their place for a key.
let lines = 1000;
const nothing = { number: '', kind: 'id_card' as const, holder: '', bank: '' };
const line = (): Line => ({ ...nothing, key: ++lines });

interface Values {
  kind: Customer['kind'];
  name: string;
  tags: string[];
  notes: string;
  mobiles: Line[];
  identities: Line[];
  accounts: Line[];
  names: Line[];
}

const kept = (texts: string[]): Line[] =>
  texts.map((text, index) => ({ ...nothing, key: index, kept: { index, text } }));

const textsOf = (c: Customer) => ({
  mobiles: c.mobiles.map(m => m.masked),
  identities: c.identities.map(p => `${t(`identity.${p.kind}`)} ${p.masked}`),
  accounts: c.accounts.map(a => `${a.bank} ${a.masked}`),
  names: c.otherNames.map(n => `${t(`customer.name.${n.kind}`)} ${n.name}`),
});

/** Somebody else may have taken lines away meanwhile: a line that is kept is where its text now is. */
function placed(lines: Line[], texts: string[]): Line[] {
  const seen = new Map<string, number>();
  return lines.flatMap(l => {
    if (!l.kept) return [l];
    const { text } = l.kept;
    const index = texts.indexOf(text, seen.get(text) ?? 0);
    seen.set(text, index + 1);
    return index < 0 ? [] : [{ ...l, kept: { index, text } }];
  });
}

const valuesOf = (c: Customer): Values => ({
  kind: c.kind,
  name: c.name,
  tags: c.tags,
  notes: c.notes,
  mobiles: kept(textsOf(c).mobiles),
  identities: kept(textsOf(c).identities),
  accounts: kept(textsOf(c).accounts),
  names: kept(textsOf(c).names),
});

const bodyOf = (v: Values, details: DetailValues): CustomerBody => ({
  kind: v.kind,
  name: v.name.trim(),
  tags: v.tags,
  notes: v.notes,
  mobiles: v.mobiles.map((m, i) => ({
    primary: i === 0,
    ...(m.kept ? { index: m.kept.index } : { number: m.number }),
  })),
  identities: v.identities.map(p =>
    p.kept ? { index: p.kept.index } : { kind: p.kind, number: p.number.trim() },
  ),
  accounts: v.accounts.map(a =>
    a.kept ? { index: a.kept.index } : { holder: a.holder, bank: a.bank, number: a.number.trim() },
  ),
  otherNames: v.names.map(n => ({
    kind: 'former' as const,
    ...(n.kept ? { index: n.kept.index } : { name: n.number.trim() }),
  })),
  details: detailsBody(details),
});

interface ListProps {
  title: string;
  add: string;
  drop: string;
  lines: Line[];
  newer: Newer | undefined;
  set: (lines: Line[]) => void;
  row: (line: Line, index: number, change: (part: Partial<Line>) => void) => ReactNode;
  most: number;
}

function Lines({ title, add, drop, lines: all, newer, set, row, most }: ListProps) {
  return (
    <fieldset className="stack wide-set">
      <legend className="sub">{title}</legend>
      <NewerNote of={newer} />
      {all.map((one, index) => (
        <div key={one.key} className="row top-row">
          <div className="grow">
            {one.kept ? (
              <span className="mask">{one.kept.text}</span>
            ) : (
              row(one, index, part => set(all.map(x => (x.key === one.key ? { ...x, ...part } : x))))
            )}
          </div>
          <button
            type="button"
            className="btn quiet"
            aria-label={`${drop} ${index + 1}`}
            onClick={() => set(all.filter(x => x.key !== one.key))}
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
      {all.length < most && (
        <p>
          <button type="button" className="btn" onClick={() => set([...all, line()])}>
            <Icon name="plus" />
            {add}
          </button>
        </p>
      )}
    </fieldset>
  );
}

interface FormProps {
  customer: Customer;
  done: () => void;
}

export function EditForm({ customer, done }: FormProps) {
  const client = useQueryClient();
  const send = useSend();
  const [held, set, edit] = useEdit(valuesOf(customer));
  const [details, setDetails, more] = useEdit(detailsOf(customer));
  const texts = textsOf(customer);
  const values = {
    ...held,
    mobiles: placed(held.mobiles, texts.mobiles),
    identities: placed(held.identities, texts.identities),
    accounts: placed(held.accounts, texts.accounts),
    names: placed(held.names, texts.names),
  };
  const tags = useTags().data ?? [];
  const tagName = useTagName();
  const offered = [...new Set([...tags.filter(tag => !tag.hidden).map(tag => tag.name), ...customer.tags])];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(values.name.trim() ? {} : { name: t('form.missing') })) return;
    const params = { path: { id: customer.id }, header: match(customer.version) };
    const made = await send.run(() =>
      data(api.PUT('/customers/{id}', { params, body: bodyOf(values, details) })),
    );
    if (!made) return;
    toast(t('customer.saved'));
    await client.invalidateQueries({ queryKey: ['customer', customer.id] });
    done();
  };
  const input = (field: string, label: string, value: string, change: (v: string) => void, newer?: Newer) => (
    <Field label={label} error={send.fields[field]} newer={newer} required>
      {a => <Input {...a} autoComplete="off" value={value} onChange={e => change(e.target.value)} />}
    </Field>
  );
  return (
    <form className="staff-form" onSubmit={submit} noValidate>
      <div className="grid-2">
        {input('name', t('customer.name'), values.name, name => set({ name }), edit.newer.name)}
        <Field
          label={t('customer.tags')}
          error={send.fields.tags}
          newer={edit.newer.tags}
          hint={t('customer.tags.hint')}
        >
          {a => (
            <Select
              {...a}
              mode="multiple"
              value={values.tags}
              onChange={(chosen: string[]) => set({ tags: chosen })}
              options={offered.map(value => ({ value, label: tagName(value) }))}
            />
          )}
        </Field>
      </div>
      <Lines
        title={t('customer.mobiles')}
        add={t('customer.mobile.add')}
        drop={t('customer.drop')}
        most={10}
        lines={values.mobiles}
        newer={edit.newer.mobiles}
        set={mobiles => set({ mobiles })}
        row={(m, i, change) =>
          input(`mobiles[${i}].number`, t('customer.mobile'), m.number, number => change({ number }))
        }
      />
      <Lines
        title={t('customer.identities')}
        add={t('customer.identity.add')}
        drop={t('customer.drop')}
        most={5}
        lines={values.identities}
        newer={edit.newer.identities}
        set={identities => set({ identities })}
        row={(p, i, change) => (
          <div className="grid-2">
            <Field label={t('customer.identity.kind')}>
              {a => (
                <Select
                  {...a}
                  value={p.kind}
                  onChange={(kind: IdentityKind) => change({ kind })}
                  options={(
                    ['id_card', 'passport', 'home_return', 'taiwan', 'residence', 'credit_code'] as const
                  ).map(value => ({ value, label: t(`identity.${value}`) }))}
                />
              )}
            </Field>
            {input(`identities[${i}].number`, t('customer.identity'), p.number, number => change({ number }))}
          </div>
        )}
      />
      <Lines
        title={t('customer.accounts')}
        add={t('customer.account.add')}
        drop={t('customer.drop')}
        most={5}
        lines={values.accounts}
        newer={edit.newer.accounts}
        set={accounts => set({ accounts })}
        row={(a, i, change) => (
          <div className="grid-2">
            {input(`accounts[${i}].holder`, t('customer.holder'), a.holder, holder => change({ holder }))}
            {input(`accounts[${i}].bank`, t('customer.bank'), a.bank, bank => change({ bank }))}
            {input(`accounts[${i}].number`, t('customer.account'), a.number, number => change({ number }))}
          </div>
        )}
      />
      <Lines
        title={t('customer.names')}
        add={t('customer.name.add')}
        drop={t('customer.drop')}
        most={10}
        lines={values.names}
        newer={edit.newer.names}
        set={names => set({ names })}
        row={(n, i, change) =>
          input(`otherNames[${i}].name`, t('customer.name.former'), n.number, number => change({ number }))
        }
      />
      <DetailFields values={details} set={setDetails} fields={send.fields} newer={more.newer} />
      <Field label={t('customer.notes.only')} error={send.fields.notes} newer={edit.newer.notes}>
        {a => (
          <Input.TextArea
            {...a}
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={values.notes}
            onChange={e => set({ notes: e.target.value })}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={done}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}
