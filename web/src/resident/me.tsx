import { Looks } from '../kit/face.tsx';
import { go } from '../kit/path.ts';
import { Reach } from '../kit/reach.tsx';
import { useHomes, useLeave, useMe } from './session.ts';
import { t } from './words/index.ts';

export function MePage() {
  const me = useMe().data;
  const homes = useHomes().data ?? [];
  const leave = useLeave();
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('me.title')}</h1>
        <span className="dim s14">
          {me?.name} {me?.mobileMasked}
        </span>
      </header>
      <section className="sect stack">
        <h2>{t('me.rooms')}</h2>
        <ul>
          {homes.map(h => (
            <li key={h.id}>
              {h.communityName} {h.label} <span className="dim">{t(`relation.${h.relation}`)}</span>
            </li>
          ))}
        </ul>
        {[...new Map(homes.map(h => [h.community, h.communityName]))].map(([id, name]) => (
          <button key={id} type="button" className="pbtn" onClick={() => go(`/r/charges/${id}`)}>
            {t('charges.title', { community: name })}
          </button>
        ))}
        {[...new Map(homes.map(h => [h.community, h.communityName]))].map(([id, name]) => (
          <button key={id} type="button" className="pbtn" onClick={() => go(`/r/shared/${id}`)}>
            {t('shared.title', { community: name })}
          </button>
        ))}
        <button type="button" className="pbtn" onClick={() => go('/r/claim')}>
          {t('me.claim')}
        </button>
      </section>
      <section className="sect stack" aria-label={t('reach.title')}>
        <h2>{t('reach.title')}</h2>
        {me && <Reach face="r" who={me.mobileMasked} />}
      </section>
      <section className="sect stack">
        <Looks />
        <button type="button" className="pbtn" onClick={() => void leave()}>
          {t('me.sign_out')}
        </button>
      </section>
    </main>
  );
}
