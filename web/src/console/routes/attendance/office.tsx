// The code that the office shows to check in by, and where phones may check in (STA-01b).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { AttendancePlace } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function Code({ community }: { community: string }) {
  const query = useQuery({
    queryKey: ['attendance-code', community],
    queryFn: () =>
      data(api.GET('/attendance-code', { params: { query: { community, site: location.origin } } })),
    refetchInterval: q => (q.state.data ? (q.state.data.seconds + 1) * 1000 : 5000),
    gcTime: 0,
    staleTime: 0,
  });
  return (
    <figure className="stack">
      <ErrorNote query={query} />
      {query.data && <img src={query.data.picture} width="240" height="240" alt={t('attendance.code.alt')} />}
      <figcaption className="dim">{t('attendance.code.how')}</figcaption>
    </figure>
  );
}

/** 22.543096 → 22543096; undefined where it is no such number. */
const micro = (text: string): number | undefined => {
  const m = /^(-?)(\d{1,3})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (!m) return undefined;
  const n = Number(m[2]) * 1_000_000 + Number((m[3] ?? '').padEnd(6, '0'));
  return m[1] ? -n : n;
};
const degrees = (n: number | undefined) => (n === undefined ? '' : (n / 1_000_000).toFixed(6));

function PlaceForm({ place, close }: { place: AttendancePlace; close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [v, setV, edit] = useEdit({
    latitude: degrees(place.latitude),
    longitude: degrees(place.longitude),
    radius: String(place.radius),
    grace: String(place.graceMinutes),
  });
  const here = () =>
    navigator.geolocation?.getCurrentPosition(p =>
      setV(old => ({
        ...old,
        latitude: p.coords.latitude.toFixed(6),
        longitude: p.coords.longitude.toFixed(6),
      })),
    );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    const latitude = v.latitude.trim() ? micro(v.latitude) : undefined;
    const longitude = v.longitude.trim() ? micro(v.longitude) : undefined;
    if (v.latitude.trim() && latitude === undefined) wrong.latitude = t('attendance.degrees');
    if (v.longitude.trim() && longitude === undefined) wrong.longitude = t('attendance.degrees');
    if (!/^\d+$/.test(v.radius.trim())) wrong.radius = t('attendance.whole');
    if (!/^\d+$/.test(v.grace.trim())) wrong.graceMinutes = t('attendance.whole');
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      data(
        api.PUT('/attendance-place', {
          params: { query: { community }, header: { ...match(place.version), ...once } },
          body: {
            radius: Number(v.radius),
            graceMinutes: Number(v.grace),
            ...(latitude === undefined ? {} : { latitude }),
            ...(longitude === undefined ? {} : { longitude }),
          },
        }),
      ),
    );
    if (!made) return;
    toast(t('attendance.saved'));
    await client.invalidateQueries({ queryKey: ['attendance'] });
    close();
  };
  const text = (name: keyof typeof v, field: string) => (
    <Field label={t(`attendance.place.${name}`)} error={send.fields[field]} newer={edit.newer[name]}>
      {a => (
        <input
          {...a}
          className="text"
          inputMode="decimal"
          value={v[name]}
          onChange={e => setV({ [name]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form className="panel stack" onSubmit={submit} noValidate aria-label={t('attendance.place')}>
      <p className="dim">{t('attendance.place.how')}</p>
      <div className="grid-2">
        {text('latitude', 'latitude')}
        {text('longitude', 'longitude')}
        {text('radius', 'radius')}
        {text('grace', 'graceMinutes')}
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'attendance.save')}
        </button>
        <button type="button" className="btn" onClick={here}>
          {t('attendance.here')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

export function Office() {
  const community = useCommunity();
  const can = useCan();
  const [open, setOpen] = useState<'code' | 'place'>();
  const query = useQuery({
    queryKey: ['attendance', 'place', community],
    queryFn: () => data(api.GET('/attendance-place', { params: { query: { community } } })),
    enabled: community !== '',
  });
  const place = query.data;
  const toggle = (what: 'code' | 'place') => setOpen(open === what ? undefined : what);
  return (
    <section className="stack" aria-label={t('attendance.check_in')}>
      <p className="row wrap">
        <button type="button" className="btn" aria-expanded={open === 'code'} onClick={() => toggle('code')}>
          {t('attendance.code')}
        </button>
        {can('attendance.settings') && (
          <button
            type="button"
            className="btn"
            aria-expanded={open === 'place'}
            onClick={() => toggle('place')}
          >
            {t('attendance.place')}
          </button>
        )}
        {place && (
          <span className="dim">
            {place.latitude === undefined
              ? t('attendance.anywhere')
              : t('attendance.within', { n: place.radius })}{' '}
            {t('attendance.grace', { n: place.graceMinutes })}
          </span>
        )}
      </p>
      {open === 'code' && <Code community={community} />}
      {open === 'place' && place && (
        <PlaceForm key={community} place={place} close={() => setOpen(undefined)} />
      )}
    </section>
  );
}
