// What was signed for a room: service contract and covenant, with their scans.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match, upload } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { useSend } from '../../../kit/send.ts';
import type { Paper } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useRoom } from '../housing/data.ts';
import { PersonOf } from '../parking/people.tsx';

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['handover'] });
}

function Line({ paper }: { paper: Paper }) {
  const can = useCan();
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  const name = `${t(`handover.paper.${paper.kind}`)} ${paper.edition}`;
  const attempt = async (act: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await act();
      toast(done);
    } catch (error) {
      toast(explain(error));
    } finally {
      setBusy(false);
      await refresh();
    }
  };
  const scan = (file: File | undefined) =>
    file && attempt(() => upload(`/room-papers/${paper.id}/scan`, file, file.name), t('handover.scan.kept'));
  const remove = () =>
    attempt(
      () =>
        api.DELETE('/room-papers/{id}', {
          params: { path: { id: paper.id }, header: match(paper.version) },
        }),
      t('housing.deleted', { name }),
    );
  return (
    <li>
      <span className={paper.current ? 'grow' : 'grow dim3'}>
        <b>{name}</b> {[paper.signer, paper.signedOn].filter(Boolean).join(' · ')}
        {!paper.current && ` · ${t('handover.paper.old')}`}
      </span>
      {paper.type && can('customer.names') && (
        <a href={`${base}/room-papers/${paper.id}/scan`} target="_blank" rel="noreferrer">
          {t('handover.scan')}
        </a>
      )}
      {can('handover.edit') && (
        <>
          <label className="btn quiet file">
            {t(busy ? 'photo.sending' : 'handover.scan.add')}
            <input
              type="file"
              accept="image/*,application/pdf"
              aria-label={t('handover.scan.for', { name })}
              disabled={busy}
              onChange={e => {
                void scan(e.target.files?.[0]);
                e.target.value = '';
              }}
            />
          </label>
          <button
            type="button"
            className="btn quiet"
            disabled={busy}
            aria-label={t('handover.paper.delete', { name })}
            onClick={() => void remove()}
          >
            {t('housing.delete')}
          </button>
        </>
      )}
    </li>
  );
}

function Sign({ roomId, onClose }: { roomId: string; onClose: () => void }) {
  const send = useSend();
  const refresh = useRefresh();
  const room = useRoom(roomId).data;
  const [kind, setKind] = useState<Paper['kind']>('contract');
  const [edition, setEdition] = useState('');
  const [signedOn, setSignedOn] = useState('');
  const [customerId, setCustomer] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!edition.trim()) wrong.edition = t('form.missing');
    if (!signedOn) wrong.signedOn = t('form.missing');
    if (!send.fix(wrong)) return;
    const body = { kind, edition: edition.trim(), signedOn, ...(customerId ? { customerId } : {}) };
    const made = await send.run(once =>
      data(api.POST('/rooms/{id}/papers', { params: { path: { id: roomId }, header: once }, body })),
    );
    if (!made) return;
    toast(t('handover.signed', { name: `${t(`handover.paper.${made.kind}`)} ${made.edition}` }));
    await refresh();
    onClose();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Choice<Paper['kind']>
        legend={t('handover.paper.kind')}
        name="paper"
        value={kind}
        onChange={setKind}
        options={[
          { value: 'contract', label: t('handover.paper.contract') },
          { value: 'covenant', label: t('handover.paper.covenant') },
        ]}
      />
      <div className="quad">
        <Field label={t('handover.paper.edition')} error={send.fields.edition} required>
          {a => (
            <Input {...a} placeholder="2026-1" value={edition} onChange={e => setEdition(e.target.value)} />
          )}
        </Field>
        <Field label={t('handover.paper.day')} error={send.fields.signedOn} required>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={signedOn}
              onChange={e => setSignedOn(e.target.value)}
            />
          )}
        </Field>
        <PersonOf
          label={t('handover.paper.by')}
          room={room?.short ?? ''}
          value={customerId}
          shown={undefined}
          onChange={setCustomer}
          error={send.fields.customerId}
        />
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

export function Papers({ roomId }: { roomId: string }) {
  const can = useCan();
  const [signing, setSigning] = useState(false);
  const query = useQuery({
    queryKey: ['handover', 'papers', roomId],
    queryFn: async () =>
      (await data(api.GET('/rooms/{id}/papers', { params: { path: { id: roomId } } }))).items,
  });
  return (
    <section className="stack" aria-label={t('handover.papers')}>
      <h2 className="sub">{t('handover.papers')}</h2>
      <ErrorNote query={query} />
      {query.data?.length === 0 && <p className="dim">{t('handover.papers.none')}</p>}
      <ul className="lines">
        {query.data?.map(paper => (
          <Line key={paper.id} paper={paper} />
        ))}
      </ul>
      {signing && <Sign roomId={roomId} onClose={() => setSigning(false)} />}
      {!signing && can('handover.edit') && (
        <p>
          <button type="button" className="link" onClick={() => setSigning(true)}>
            {t('handover.paper.add')}
          </button>
        </p>
      )}
    </section>
  );
}
