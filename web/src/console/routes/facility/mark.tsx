// What a mark on a plan stands for; of a valve or switch, what it cuts off.
import Input from 'antd/es/input';
import InputNumber from 'antd/es/input-number';
import { useState } from 'react';
import { base, upload } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { Icon } from '../../../kit/icons.tsx';
import { shrink } from '../../../kit/image.ts';
import type { PlanItem } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import { useTree } from '../housing/data.ts';
import { media } from './plans.tsx';

type Cut = PlanItem['cuts'][number];

function Cuts({ item, change }: { item: PlanItem; change: (cuts: Cut[]) => void }) {
  const tree = useTree().data ?? [];
  const set = (at: number, part: Partial<Cut>) => {
    const next = item.cuts.map((c, i) => {
      if (i !== at) return c;
      const merged: Record<string, unknown> = { ...c, ...part };
      for (const [name, value] of Object.entries(merged))
        if (value === undefined || value === '') delete merged[name];
      return merged as Cut;
    });
    change(next);
  };
  return (
    <fieldset className="stack">
      <legend className="sub">{t('plan.cuts')}</legend>
      {item.cuts.length === 0 && <p className="dim">{t('plan.cuts.all')}</p>}
      {item.cuts.map((cut, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part of a building has nothing else to be told by
        <div key={at} className="row wrap">
          <Select
            aria-label={t('facility.building')}
            value={cut.buildingId}
            onChange={buildingId => set(at, { buildingId, unitId: undefined })}
            options={tree.map(b => ({ value: b.id, label: b.name }))}
          />
          <Select
            aria-label={t('plan.unit')}
            value={cut.unitId ?? ''}
            onChange={unitId => set(at, { unitId })}
            options={[
              { value: '', label: t('plan.unit.all') },
              ...(tree.find(b => b.id === cut.buildingId)?.units ?? []).map(u => ({
                value: u.id,
                label: t('plan.unit.name', { code: u.code }),
              })),
            ]}
          />
          <InputNumber
            aria-label={t('plan.from')}
            placeholder={t('plan.from')}
            min={-10}
            max={200}
            value={cut.fromFloor ?? null}
            onChange={n => set(at, { fromFloor: n ?? undefined })}
          />
          <InputNumber
            aria-label={t('plan.to')}
            placeholder={t('plan.to')}
            min={-10}
            max={200}
            value={cut.toFloor ?? null}
            onChange={n => set(at, { toFloor: n ?? undefined })}
          />
          <button
            type="button"
            className="btn quiet"
            aria-label={t('facility.remove')}
            onClick={() => change(item.cuts.filter((_, i) => i !== at))}
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
      {tree[0] && (
        <p>
          <button
            type="button"
            className="link"
            onClick={() => change([...item.cuts, { buildingId: tree[0]?.id ?? '' }])}
          >
            {t('plan.cuts.add')}
          </button>
        </p>
      )}
    </fieldset>
  );
}

function Photo({ item, may, onPhoto }: { item: PlanItem; may: boolean; onPhoto: () => void }) {
  const [error, setError] = useState('');
  const take = async (file: File | undefined) => {
    if (!file) return;
    setError('');
    try {
      await upload(`/plan-items/${item.id}/photo`, await shrink(file), 'photo.jpg');
      onPhoto();
    } catch (e) {
      setError(explain(e));
    }
  };
  return (
    <div className="stack">
      {item.hasPhoto && (
        <img
          className="mark-photo"
          src={`${base}/plan-items/${item.id}/photo`}
          alt={t('plan.photo.of', { name: item.name })}
        />
      )}
      {may && item.id && (
        <label className="btn file">
          <Icon name="camera" />
          {t(item.hasPhoto ? 'plan.photo.change' : 'plan.photo.add')}
          <input
            type="file"
            accept="image/*"
            aria-label={t('plan.photo.add')}
            onChange={e => void take(e.target.files?.[0])}
          />
        </label>
      )}
      {may && !item.id && <p className="dim3">{t('plan.photo.later')}</p>}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface Props {
  item: PlanItem;
  may: boolean;
  errors: Record<string, string>;
  change: (part: Partial<PlanItem>) => void;
  onRemove: () => void;
  onPhoto: () => void;
}

export function ItemForm({ item, may, errors, change, onRemove, onPhoto }: Props) {
  const place = (axis: 0 | 1, n: number | null) => {
    const p = [...(item.points[0] ?? [0, 0])];
    p[axis] = Math.round((n ?? 0) * 100);
    change({ points: [p, ...item.points.slice(1)] });
  };
  return (
    <div className="stack">
      <h3 className="sub">{t(`plan.kind.${item.kind}`)}</h3>
      <fieldset className="stack" disabled={!may}>
        <Field label={t('plan.mark.name')} error={errors.name}>
          {a => <Input {...a} value={item.name} onChange={e => change({ name: e.target.value })} />}
        </Field>
        <Field label={t('plan.medium')}>
          {a => (
            <Select
              {...a}
              value={item.medium}
              onChange={medium => change({ medium })}
              options={media.map(value => ({ value, label: t(`plan.medium.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('plan.place')} error={errors.place} hint={t('plan.place.hint')}>
          {a => <Input {...a} value={item.place} onChange={e => change({ place: e.target.value })} />}
        </Field>
        {item.kind !== 'line' && (
          <div className="pair">
            <Field label={t('plan.x')} error={errors.points}>
              {a => (
                <InputNumber
                  {...a}
                  min={0}
                  max={100}
                  value={(item.points[0]?.[0] ?? 0) / 100}
                  onChange={n => place(0, n)}
                />
              )}
            </Field>
            <Field label={t('plan.y')}>
              {a => (
                <InputNumber
                  {...a}
                  min={0}
                  max={100}
                  value={(item.points[0]?.[1] ?? 0) / 100}
                  onChange={n => place(1, n)}
                />
              )}
            </Field>
          </div>
        )}
        {item.kind === 'line' && (
          <p className="dim">
            {t('plan.line.points', { n: item.points.length })}{' '}
            {errors.points && <span className="field-error">{errors.points}</span>}
          </p>
        )}
        {(item.kind === 'valve' || item.kind === 'switch') && (
          <Cuts item={item} change={cuts => change({ cuts })} />
        )}
      </fieldset>
      {item.kind !== 'line' && <Photo item={item} may={may} onPhoto={onPhoto} />}
      {may && (
        <button type="button" className="btn quiet" onClick={onRemove}>
          {t('plan.mark.remove')}
        </button>
      )}
    </div>
  );
}
