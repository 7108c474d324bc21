// What can be done with a building itself: another name, one more unit, away with it.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { Grid, Unit } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

interface Props {
  building: Grid['building'];
  units: Unit[];
  empty: boolean;
}

type Asking = 'name' | 'unit' | undefined;

export function BuildingTools({ building, units, empty }: Props) {
  const can = useCan();
  const client = useQueryClient();
  const navigate = useNavigate();
  const send = useSend();
  const [asking, setAsking] = useState<Asking>();
  const [code, setCode] = useState('');
  const [named, setNamed, edit] = useEdit({ code: building.code, name: building.name });
  const refresh = async (done: string) => {
    toast(done);
    setAsking(undefined);
    await client.invalidateQueries({ queryKey: ['housing'] });
  };
  const ask = (what: Asking) => {
    send.clear();
    setCode('');
    edit.drop();
    setAsking(what);
  };
  const path = { path: { id: building.id } };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix((asking === 'unit' ? code : named.code).trim() ? {} : { code: t('form.missing') })) return;
    const made = await send.run<unknown>(once =>
      asking === 'unit'
        ? data(
            api.POST('/buildings/{id}/units', {
              params: { ...path, header: once },
              body: { code: code.trim() },
            }),
          )
        : data(
            api.PUT('/buildings/{id}', {
              params: { ...path, header: match(building.version) },
              body: { code: named.code.trim(), name: named.name.trim() },
            }),
          ),
    );
    if (!made) return;
    edit.saved();
    await refresh(t('housing.saved'));
  };
  const remove = async () => {
    const made = await send.run(async () => {
      await api.DELETE('/buildings/{id}', { params: { ...path, header: match(building.version) } });
      return true;
    });
    if (!made) return;
    await refresh(t('housing.deleted', { name: building.name }));
    void navigate({ to: '/console/housing', search: {} });
  };
  return (
    <div className="stack">
      <div className="row wrap">
        <h2>{building.name}</h2>
        <span className="dim3">
          {units.length > 0 ? t('housing.units', { n: units.length }) : t('housing.no_units')}
        </span>
        <span className="grow" />
        {can('housing.edit') && (
          <>
            <button type="button" className="btn quiet" onClick={() => ask('name')}>
              {t('housing.rename')}
            </button>
            <button type="button" className="btn quiet" onClick={() => ask('unit')}>
              {t('housing.unit.add')}
            </button>
            {empty && (
              <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void remove()}>
                {t('housing.delete')}
              </button>
            )}
          </>
        )}
      </div>
      {asking && (
        <form className="row pad-row" onSubmit={submit} noValidate>
          <Field
            label={t(asking === 'unit' ? 'housing.unit.code' : 'housing.building.code')}
            error={send.fields.code}
            newer={asking === 'name' ? edit.newer.code : undefined}
            hint={asking === 'name' ? t('housing.building.code.hint') : undefined}
            required
          >
            {a => (
              <Input
                {...a}
                autoFocus
                value={asking === 'unit' ? code : named.code}
                onChange={e =>
                  asking === 'unit' ? setCode(e.target.value) : setNamed({ code: e.target.value })
                }
              />
            )}
          </Field>
          {asking === 'name' && (
            <Field label={t('housing.building.name')} error={send.fields.name} newer={edit.newer.name}>
              {a => <Input {...a} value={named.name} onChange={e => setNamed({ name: e.target.value })} />}
            </Field>
          )}
          <button type="submit" className="btn go" disabled={send.busy}>
            {t(send.busy ? 'form.saving' : 'form.save')}
          </button>
          <button type="button" className="btn quiet" onClick={() => setAsking(undefined)}>
            {t('form.back')}
          </button>
        </form>
      )}
      <TroubleNote trouble={send.trouble} />
    </div>
  );
}
