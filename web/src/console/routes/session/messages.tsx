import { Reach } from '../../../kit/reach.tsx';
import { useSession } from '../../../kit/session.ts';
import { H1 } from '../../ui/heading.tsx';
import { t } from '../../words/index.ts';

const skin = { row: 'row line', button: 'btn', go: 'btn go' };

export function OwnMessagesPage() {
  const { account } = useSession();
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('reach.title')}</H1>
      </header>
      <div className="page-body">
        <div className="narrow reach">
          <Reach face="console" who={account.id} skin={skin} />
        </div>
      </div>
    </main>
  );
}
