import { Looks } from '../kit/face.tsx';
import { useSession, useSignOut } from '../kit/session.ts';
import { DutySwitch } from './list.tsx';
import { t } from './words/index.ts';

export function MePage() {
  const session = useSession();
  const signOut = useSignOut();
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('me.title')}</h1>
        <span className="dim s14">
          {session.account.name} {session.account.agentNo}
        </span>
      </header>
      <DutySwitch />
      <section className="sect stack">
        <p className="s14 dim">
          {t('me.community')}　{session.communities.map(c => c.name).join(t('why.join'))}
        </p>
        <Looks />
        <button type="button" className="pbtn" onClick={() => void signOut()}>
          {t('me.sign_out')}
        </button>
      </section>
    </main>
  );
}
