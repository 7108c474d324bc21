// When somebody comes: only windows that are free are offered (TIC-01).
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data } from '../kit/client.ts';
import { Field, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import type { MatterFull } from '../kit/types.ts';
import { slotKey, slotOf, slotText, windowText } from '../kit/visits.tsx';
import { t } from './words/index.ts';

function useFree(query: { room: string; category?: string; ticket?: string }, enabled: boolean) {
  return useQuery({
    queryKey: ['visits', query],
    queryFn: async () => (await data(api.GET('/resident/visit-slots', { params: { query } }))).items,
    enabled,
  });
}

interface PickProps {
  slots: ReturnType<typeof useFree>;
  value: string;
  onChange: (key: string) => void;
  error: string | undefined;
  none: string;
}

function PickSlot({ slots, value, onChange, error, none }: PickProps) {
  const free = slots.data ?? [];
  return (
    <Field label={t('visit.title')} error={error}>
      {a => (
        <>
          <select {...a} className="in" value={value} onChange={e => onChange(e.target.value)}>
            <option value="">{none}</option>
            {free.map(w => (
              <option key={slotKey(w)} value={slotKey(w)}>
                {slotText(w)}
              </option>
            ))}
            {value && !free.some(w => slotKey(w) === value) && <option value={value}>{value}</option>}
          </select>
          <span className="dim s14">
            {t(slots.isSuccess && free.length === 0 ? 'visit.empty' : 'visit.hint')}
          </span>
        </>
      )}
    </Field>
  );
}

/** While something is reported. */
export function ReportVisit({
  room,
  category,
  value,
  onChange,
  error,
}: {
  room: string;
  category: string;
  value: string;
  onChange: (key: string) => void;
  error: string | undefined;
}) {
  const slots = useFree({ room, category }, category !== '');
  return <PickSlot slots={slots} value={value} onChange={onChange} error={error} none={t('visit.none')} />;
}

function Change({
  matter,
  keep,
  close,
}: {
  matter: MatterFull;
  keep: (made: MatterFull) => void;
  close: () => void;
}) {
  const send = useSend();
  const [key, setKey] = useState('');
  const slots = useFree({ room: matter.roomId ?? '', ticket: matter.id }, true);
  const params = { path: { id: matter.id } };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(key ? {} : { slot: t('visit.choose') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/resident/tickets/{id}/appoint', {
          params: { ...params, header: once },
          body: slotOf(key),
        }),
      ),
    );
    if (!made) {
      void slots.refetch();
      return;
    }
    keep(made);
    close();
  };
  const off = async () => {
    const made = await send.run(once =>
      data(api.POST('/resident/tickets/{id}/call-off', { params: { ...params, header: once }, body: {} })),
    );
    if (!made) return;
    keep(made);
    close();
  };
  return (
    <form className="stack" aria-label={t('visit.title')} onSubmit={submit} noValidate>
      <PickSlot
        slots={slots}
        value={key}
        onChange={setKey}
        error={send.fields.slot ?? send.fields.day}
        none={t('visit.choose')}
      />
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button type="button" className="pbtn" onClick={close}>
          {t('do.back')}
        </button>
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t('visit.go')}
        </button>
      </div>
      {matter.may.includes('call_off') && (
        <>
          <button type="button" className="pbtn" disabled={send.busy} onClick={() => void off()}>
            {t('visit.off')}
          </button>
          <p className="dim s14">{t('visit.off.note')}</p>
        </>
      )}
    </form>
  );
}

export function Visit({ matter, keep }: { matter: MatterFull; keep: (made: MatterFull) => void }) {
  const [open, setOpen] = useState(false);
  const may = matter.may.includes('appoint');
  if (!matter.visit && !may) return null;
  return (
    <section className="sect" aria-label={t('visit.title')}>
      <h2>{t('visit.title')}</h2>
      {matter.visit && (
        <p data-testid="visit">{t('visit.is', { window: windowText(matter.visit.from, matter.visit.to) })}</p>
      )}
      {open ? (
        <Change matter={matter} keep={keep} close={() => setOpen(false)} />
      ) : (
        may && (
          <button type="button" className="pbtn" onClick={() => setOpen(true)}>
            {t(matter.visit ? 'visit.change' : 'visit.make')}
          </button>
        )
      )}
    </section>
  );
}
