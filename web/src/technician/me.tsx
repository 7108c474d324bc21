import { useState } from 'react';
import { Looks } from '../kit/face.tsx';
import { Reach } from '../kit/reach.tsx';
import { useSession, useSignOut } from '../kit/session.ts';
import { Kept } from './kept.tsx';
import { DutySwitch } from './list.tsx';
import { useWaiting } from './outbox.ts';
import { go } from './path.ts';
import { t } from './words/index.ts';

export function MePage() {
  const session = useSession();
  const signOut = useSignOut();
  const waiting = useWaiting().length;
  const [asked, setAsked] = useState(false);
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('me.title')}</h1>
        <span className="dim s14">
          {session.account.name} {session.account.agentNo}
        </span>
      </header>
      <Kept />
      <DutySwitch />
      <nav className="sect stack" aria-label={t('me.title')}>
        {session.permissions.includes('attendance.self') && (
          <button type="button" className="pbtn" onClick={() => go('/m/attendance')}>
            {t('attendance.title')}
          </button>
        )}
        {['daily.view', 'daily.task'].some(p => session.permissions.includes(p)) && (
          <button type="button" className="pbtn" onClick={() => go('/m/daily')}>
            {t('me.daily')}
          </button>
        )}
        {session.permissions.includes('ticket.open') && (
          <button type="button" className="pbtn" onClick={() => go('/m/report')}>
            {t('me.report')}
          </button>
        )}
      </nav>
      <section className="sect stack" aria-label={t('reach.title')}>
        <h2>{t('reach.title')}</h2>
        <Reach face="m" who={session.account.id} />
      </section>
      <section className="sect stack">
        <p className="s14 dim">
          {t('me.community')}　{session.communities.map(c => c.name).join(t('why.join'))}
        </p>
        <Looks />
        {asked && waiting > 0 && (
          <p className="trouble" role="alert">
            {t('kept.sign_out', { n: waiting })}
          </p>
        )}
        <button
          type="button"
          className="pbtn"
          onClick={() => (waiting > 0 ? setAsked(true) : void signOut())}
        >
          {t('me.sign_out')}
        </button>
      </section>
    </main>
  );
}
