// Telling the customer and noting for ourselves: two boxes that never mix, the draft kept.

import Input from 'antd/es/input';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { type KeyboardEvent, useRef, useState } from 'react';
import { api } from '../../../kit/api.ts';
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

interface Props {
  ticket: Ticket;
  act: ActionProps['act'];
  send: ReturnType<typeof useSend>;
}

export function Composer({ ticket, act, send }: Props) {
  const can = { tell: ticket.actions.includes('tell'), note: ticket.actions.includes('note') };
  const [side, setSide] = useState<'tell' | 'note'>(can.tell ? 'tell' : 'note');
  const [draft, setDraft, clear] = useDraft(`ticket:${ticket.id}`, {
    tell: '',
    note: '',
    channel: 'phone',
    at: '',
  });
  const box = useRef<TextAreaRef>(null);
  const turn = (next: 'tell' | 'note') => {
    setSide(next);
    box.current?.focus();
  };
  useKeys({
    ...(can.tell ? { r: () => turn('tell') } : {}),
    ...(can.note ? { n: () => turn('note') } : {}),
  });
  const submit = async () => {
    const text = draft[side].trim();
    const at = draft.at ? nextAt(draft.at) : undefined;
    const wrong: Record<string, string> = {};
    if (!text && !(side === 'tell' && at)) wrong.text = t(`composer.${side}.missing`);
    if (side === 'tell' && draft.at && !at) wrong.arrivalAt = t('composer.at.wrong');
    if (!send.fix(wrong)) return;
    const sent =
      side === 'note'
        ? await act(
            params => api.POST('/tickets/{id}/note', { params, body: { text } }),
            t('composer.note.done'),
          )
        : await act(
            params =>
              api.POST('/tickets/{id}/tell', {
                params,
                body: {
                  channel: draft.channel,
                  text: text || t('said.told.at', { time: draft.at }),
                  ...(at ? { arrivalAt: at.toISOString() } : {}),
                },
              }),
            t('composer.tell.done'),
          );
    if (sent) {
      const other = side === 'tell' ? 'note' : 'tell';
      if (draft[other]) setDraft(old => ({ ...old, [side]: '', at: '' }));
      else clear();
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing)
      void submit();
    if (event.key === 'Escape') box.current?.blur();
  };
  const error = send.fields.text ?? send.fields.arrivalAt ?? send.fields.channel;
  return (
    <div className={`say ${side === 'note' ? 'inside' : ''}`}>
      <div className="say-top" role="tablist" aria-label={t('composer.title')}>
        {(['tell', 'note'] as const)
          .filter(name => can[name])
          .map(name => (
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
        <span className="grow" />
        <span className="dim3">{t(side === 'tell' ? 'see.public' : 'see.inside')}</span>
      </div>
      <Input.TextArea
        ref={box}
        variant="borderless"
        autoSize={{ minRows: 2, maxRows: 8 }}
        aria-label={t(`composer.${side}`)}
        aria-invalid={error ? true : undefined}
        placeholder={t(`composer.${side}.hint`)}
        value={draft[side]}
        onChange={e => setDraft(old => ({ ...old, [side]: e.target.value }))}
        onKeyDown={onKey}
      />
      {error && <p className="field-error in-say">{error}</p>}
      <div className="say-bot">
        {side === 'tell' && (
          <>
            <select
              className="pick"
              aria-label={t('composer.channel')}
              value={draft.channel}
              onChange={e => setDraft(old => ({ ...old, channel: e.target.value }))}
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
                onChange={e => setDraft(old => ({ ...old, at: e.target.value }))}
                onKeyDown={onKey}
              />
            </label>
          </>
        )}
        <span className="grow" />
        <button type="button" className="btn" disabled={send.busy} onClick={() => void submit()}>
          <Icon name={side === 'tell' ? 'send' : 'lock'} />
          {t(side === 'tell' ? 'composer.tell.go' : 'composer.note.go')} <Kbd>Ctrl ⏎</Kbd>
        </button>
      </div>
    </div>
  );
}
