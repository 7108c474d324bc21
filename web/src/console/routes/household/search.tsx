import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Hit } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { t } from '../../words/index.ts';
import { useSettled } from '../tickets/where.tsx';

/** Finds in the community on screen, or everywhere one may look. */
export function useHits(q: string, everywhere: boolean) {
  const here = useCommunity();
  const community = everywhere ? '' : here;
  const settled = useSettled(q.trim(), 150);
  return useQuery({
    queryKey: ['search', community, settled],
    queryFn: async () =>
      (
        await data(
          api.GET('/search', { params: { query: { q: settled, ...(community ? { community } : {}) } } }),
        )
      ).items,
    enabled: settled !== '',
    placeholderData: old => old,
  });
}

interface Props {
  value: string;
  autoFocus?: boolean;
  onType?: (q: string) => void;
  onGo: (q: string) => void;
  onMove?: (by: number) => void;
}

/** One box finds anybody: name, initials, mobile, room in any form, number of a ticket. */
export function BigSearch({ value, autoFocus, onType, onGo, onMove }: Props) {
  const [typed, setTyped] = useState(value);
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && onMove) {
      event.preventDefault();
      onMove(move);
    }
    if (event.key === 'Enter') onGo(typed.trim());
    if (event.key === 'Escape') (event.target as HTMLElement).blur();
  };
  return (
    <div className="top" role="search">
      <label className="big">
        <Icon name="search" />
        <input
          data-search
          type="search"
          aria-label={t('search.label')}
          placeholder={t('search.hint')}
          // biome-ignore lint/a11y/noAutofocus: the page is the search box
          autoFocus={autoFocus}
          value={typed}
          onChange={e => {
            setTyped(e.target.value);
            onType?.(e.target.value);
          }}
          onKeyDown={onKey}
        />
        <Kbd>/</Kbd>
      </label>
      <span className="dim cut">{t('search.forms')}</span>
    </div>
  );
}

export const hitIcon: Record<Hit['kind'], 'home' | 'user' | 'list' | 'pin'> = {
  room: 'home',
  customer: 'user',
  ticket: 'list',
  vehicle: 'pin',
};
