// Ctrl-K: go anywhere, do the frequent things, find anybody.
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type RefObject, useDeferredValue, useState } from 'react';
import { api, data } from '../../kit/client.ts';
import { setLang, useLang } from '../../kit/i18n.ts';
import { setTheme, useMode } from '../../kit/prefs.ts';
import { useSignOut } from '../../kit/session.ts';
import { useCan, useCommunity } from '../session.ts';
import { useOpenHit } from '../ui/hits.tsx';
import { t } from '../words/index.ts';
import { openPlaces } from './pages.ts';

interface Item {
  id: string;
  title: string;
  note?: string;
  act: () => void;
}

function useItems(typed: string, openHelp: () => void): Item[] {
  const navigate = useNavigate();
  const can = useCan();
  const community = useCommunity();
  const openHit = useOpenHit();
  const signOut = useSignOut();
  const lang = useLang();
  const mode = useMode();
  const q = useDeferredValue(typed.trim());
  const hits = useQuery({
    queryKey: ['search', community, q],
    queryFn: () => data(api.GET('/search', { params: { query: { q, community } } })),
    enabled: q.length > 1 && can('customer.view'),
  });
  const commands: Item[] = [
    ...(can('ticket.open')
      ? [
          {
            id: 'new',
            title: t('palette.new'),
            note: 'C',
            act: () => void navigate({ to: '/console/tickets/new' }),
          },
        ]
      : []),
    ...openPlaces(can).map(place => ({
      id: place.word,
      title: t('palette.go', { place: t(place.word) }),
      note: `G ${place.key.toUpperCase()}`,
      act: () => void navigate({ to: place.to }),
    })),
    {
      id: 'theme',
      title: t(mode === 'dark' ? 'palette.light' : 'palette.dark'),
      act: () => setTheme(mode === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'lang',
      title: lang === 'zh' ? 'Switch to English' : '切换到中文',
      act: () => void setLang(lang === 'zh' ? 'en' : 'zh'),
    },
    {
      id: 'devices',
      title: t('account.devices'),
      act: () => void navigate({ to: '/console/account/devices' }),
    },
    { id: 'help', title: t('keys.title'), note: '?', act: openHelp },
    { id: 'out', title: t('account.sign_out'), act: () => void signOut() },
  ];
  const lower = q.toLowerCase();
  return [
    ...(hits.data?.items ?? []).map(hit => ({
      id: `${hit.kind}-${hit.id}`,
      title: hit.title,
      note: hit.subtitle,
      act: () => openHit(hit),
    })),
    ...commands.filter(item => item.title.toLowerCase().includes(lower)),
  ].slice(0, 12);
}

export function Palette({
  dialog,
  openHelp,
}: {
  dialog: RefObject<HTMLDialogElement | null>;
  openHelp: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const items = useItems(typed, openHelp);
  const chosen = Math.min(at, items.length - 1);
  const choose = (item: Item | undefined) => {
    if (!item) return;
    dialog.current?.close();
    item.act();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      event.preventDefault();
      setAt((chosen + move + items.length) % Math.max(1, items.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(items[chosen]);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="sheet palette"
      aria-label={t('palette.title')}
      onClose={() => {
        setTyped('');
        setAt(0);
      }}
    >
      <input
        className="text"
        role="combobox"
        aria-label={t('palette.title')}
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={items[chosen] ? `palette-${chosen}` : undefined}
        placeholder={t('palette.hint')}
        value={typed}
        onChange={e => {
          setTyped(e.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <ul id="palette-list" role="listbox" aria-label={t('palette.title')}>
        {items.map((item, index) => (
          <li
            key={item.id}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            tabIndex={-1}
            onClick={() => choose(item)}
          >
            <span className="grow cut">{item.title}</span>
            <span className="dim3 cut">{item.note}</span>
          </li>
        ))}
      </ul>
      {items.length === 0 && <p className="empty">{t('palette.none')}</p>}
    </dialog>
  );
}
