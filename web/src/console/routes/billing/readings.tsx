// The readings of a meter, the latest first; one that was written down wrongly is put right here (BIL-04).

import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { Reading } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { AddShot, Shots } from './shots.tsx';

function Correct({ reading, onDone }: { reading: Reading; onDone: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [value, setValue] = useState(reading.value);
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/meter-readings/{id}/correct', {
          params: { path: { id: reading.id }, header: once },
          body: { was: reading.value, value: value.trim(), reason },
        }),
      ),
    );
    if (!made) return;
    void showNow(client, ['readings', reading.meterId], made);
    void client.invalidateQueries({ queryKey: ['meters'] });
    toast(t('meter.corrected'));
    onDone();
  };
  return (
    <div className="row wrap">
      <Field label={t('meter.correct.value')} error={send.fields.value} required>
        {a => (
          <Input
            {...a}
            inputMode="decimal"
            maxLength={20}
            value={value}
            onChange={e => setValue(e.target.value)}
          />
        )}
      </Field>
      <Field label={t('meter.correct.reason')} error={send.fields.reason} required>
        {a => <Input {...a} maxLength={200} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <button type="button" className="btn go" disabled={send.busy} onClick={submit}>
        {t('meter.correct.do')}
      </button>
      <button type="button" className="btn quiet" onClick={onDone}>
        {t('form.back')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </div>
  );
}

export function Readings({ meter }: { meter: string }) {
  const can = useCan();
  const client = useQueryClient();
  const [open, setOpen] = useState<string>();
  const query = useQuery({
    queryKey: ['readings', meter],
    queryFn: () => data(api.GET('/meters/{id}/readings', { params: { path: { id: meter } } })),
  });
  return (
    <div className="stack">
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={3} />}
      {query.data && (
        <table className="grid" aria-label={t('meter.history')}>
          <thead>
            <tr>
              <th>{t('meter.read_on')}</th>
              <th className="num">{t('meter.value')}</th>
              <th className="num">{t('meter.used')}</th>
              <th>{t('run.by')}</th>
              <th>{t('meter.photos')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {query.data.items.map(r => (
              <tr key={r.id}>
                <td>{r.on}</td>
                <td className="num">{r.value}</td>
                <td className="num">{r.usage || '–'}</td>
                <td className="dim">
                  {r.by} {r.estimated && t('meter.estimated')}
                </td>
                <td>
                  <div className="row">
                    <Shots photos={r.photos.map(p => p.id)} on={r.on ?? ''} />
                    {can('meter.read') && r.photos.length < 3 && (
                      <AddShot
                        reading={r.id}
                        on={r.on ?? ''}
                        onDone={() => void client.invalidateQueries({ queryKey: ['readings', meter] })}
                      />
                    )}
                  </div>
                </td>
                <td>
                  {can('meter.edit') && open !== r.id && (
                    <button type="button" className="btn quiet" onClick={() => setOpen(r.id)}>
                      {t('meter.correct')}
                    </button>
                  )}
                  {open === r.id && <Correct reading={r} onDone={() => setOpen(undefined)} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
