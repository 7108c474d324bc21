// Telling the customer and noting for ourselves: two boxes that never mix, the draft kept.
import Input from 'antd/es/input';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { type KeyboardEvent, useRef, useState } from 'react';
import { api } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { useSend } from '../../../kit/send.ts';
import { nextAt } from '../../../kit/time.ts';
import type { Ticket } from '../../../kit/types.ts';
import { useKeys } from '../../shell/keys.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { t } from '../../words/index.ts';
import type { ActionProps } from './actions.tsx';

const channels = ['phone', 'sms', 'wechat', 'visit'] as const;
const blank = { tell: '', note: '', channel: 'phone' as (typeof channels)[number], at: '' };
type Draft = typeof blank;
type Side = 'tell' | 'note';

interface Props {
  ticket: Ticket;
  act: ActionProps['act'];
  send: ReturnType<typeof useSend>;
}

/** Checks and sends one side; the other side's draft stays. */
function useSay({ ticket, act, send }: Props, side: Side) {
  const [draft, setDraft, clear] = useDraft<Draft>(`ticket:${ticket.id}`, blank);
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const tell = (text: string, at: Date | undefined) => {
    const body = {
      channel: draft.channel,
      text: text || t('said.told.at', { time: draft.at }),
      ...(at ? { arrivalAt: at.toISOString() } : {}),
    };
    return act(params => api.POST('/tickets/{id}/tell', { params, body }), t('composer.tell.done'));
  };
  const note = (text: string) =>
    act(params => api.POST('/tickets/{id}/note', { params, body: { text } }), t('composer.note.done'));
  const submit = async () => {
    const text = draft[side].trim();
    const at = draft.at ? nextAt(draft.at) : undefined;
    const wrong: Record<string, string> = {};
    if (!text && !(side === 'tell' && at)) wrong.text = t(`composer.${side}.missing`);
    if (side === 'tell' && draft.at && !at) wrong.arrivalAt = t('composer.at.wrong');
    if (!send.fix(wrong)) return;
    const sent = await (side === 'tell' ? tell(text, at) : note(text));
    if (!sent) return;
    if (draft[side === 'tell' ? 'note' : 'tell']) set(side === 'tell' ? { tell: '', at: '' } : { note: '' });
    else clear();
  };
  return { draft, set, submit };
}

function Sides({ sides, side, turn }: { sides: Side[]; side: Side; turn: (next: Side) => void }) {
  return (
    <div className="say-top">
      <div role="tablist" aria-label={t('composer.title')}>
        {sides.map(name => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={side === name}
            onClick={() => turn(name)}
          >
            {name === 'note' && <Icon name="lock" size="s" />}
            {t(`composer.${name}`)} <Kbd>{name === 'tell' ? 'R' : 'N'}</Kbd>
          </button>
        ))}
      </div>
      <span className="grow" />
      <span className="dim3">{t(side === 'tell' ? 'see.public' : 'see.inside')}</span>
    </div>
  );
}

interface HowProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  onKey: (event: KeyboardEvent) => void;
}

/** How the customer was told, and which hour was promised. */
function How({ draft, set, onKey }: HowProps) {
  return (
    <>
      <select
        className="pick"
        aria-label={t('composer.channel')}
        value={draft.channel}
        onChange={e => set({ channel: e.target.value as (typeof channels)[number] })}
      >
        {channels.map(c => (
          <option key={c} value={c}>
            {t(c === 'visit' ? 'channel.site' : `channel.${c}`)}
          </option>
        ))}
      </select>
      <label className="row dim">
        {t('composer.at')}
        <input
          className="text time"
          inputMode="numeric"
          placeholder="10:00"
          value={draft.at}
          onChange={e => set({ at: e.target.value })}
          onKeyDown={onKey}
        />
      </label>
    </>
  );
}

export function Composer(props: Props) {
  const { ticket, send } = props;
  const sides = (['tell', 'note'] as const).filter(name => ticket.actions.includes(name));
  const [wanted, setWanted] = useState<Side>('tell');
  const side = sides.includes(wanted) ? wanted : (sides[0] ?? 'note');
  const { draft, set, submit } = useSay(props, side);
  const box = useRef<TextAreaRef>(null);
  const turn = (next: Side) => {
    setWanted(next);
    box.current?.focus();
  };
  useKeys({
    ...(sides.includes('tell') ? { r: () => turn('tell') } : {}),
    ...(sides.includes('note') ? { n: () => turn('note') } : {}),
  });
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing)
      void submit();
    if (event.key === 'Escape') box.current?.blur();
  };
  const error = send.fields.text ?? send.fields.arrivalAt ?? send.fields.channel;
  return (
    <div className={`say ${side === 'note' ? 'inside' : ''}`}>
      <Sides sides={sides} side={side} turn={turn} />
      <Input.TextArea
        ref={box}
        variant="borderless"
        autoSize={{ minRows: 2, maxRows: 8 }}
        aria-label={t(`composer.${side}`)}
        aria-invalid={error ? true : undefined}
        placeholder={t(`composer.${side}.hint`)}
        value={draft[side]}
        onChange={e => set({ [side]: e.target.value })}
        onKeyDown={onKey}
      />
      {error && <p className="field-error in-say">{error}</p>}
      <div className="say-bot">
        {side === 'tell' && <How draft={draft} set={set} onKey={onKey} />}
        <span className="grow" />
        <button type="button" className="btn" disabled={send.busy} onClick={() => void submit()}>
          <Icon name={side === 'tell' ? 'send' : 'lock'} />
          {t(`composer.${side}.go`)} <Kbd>Ctrl ⏎</Kbd>
        </button>
      </div>
    </div>
  );
}
