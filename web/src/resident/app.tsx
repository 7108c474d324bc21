import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { isApiError } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline, Tab } from '../kit/face.tsx';
import { useLang } from '../kit/i18n.ts';
import { usePath } from '../kit/path.ts';
import { Skeleton } from '../kit/phone.tsx';
import { useKeep } from '../kit/push.ts';
import { BillsPage } from './bills.tsx';
import { ChargesPage } from './charges.tsx';
import { ClaimPage } from './claim.tsx';
import { HomePage } from './home.tsx';
import { MePage } from './me.tsx';
import { PayPage } from './pay.tsx';
import { RatePage } from './rate.tsx';
import { ProofPage } from './receipt.tsx';
import { RefundsPage } from './refunds.tsx';
import { ReportPage } from './report.tsx';
import { interrupted, useHomes, useMe, watchMe } from './session.ts';
import { SignInPage } from './sign-in.tsx';
import { ReceiptPage, StatementPage } from './statement.tsx';
import { MatterPage } from './ticket.tsx';
import { t } from './words/index.ts';

// Few open it: it stays out of the first load.
const SharedPage = lazy(() => import('./shared.tsx').then(m => ({ default: m.SharedPage })));
const ExtractPages = lazy(() => import('./extract.tsx').then(m => ({ default: m.ExtractPages })));
const InvoicesPage = lazy(() => import('./invoices.tsx').then(m => ({ default: m.InvoicesPage })));

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (count, error) => !isApiError(error) && count < 2 },
  },
});
watchMe(client);

function Tabs({ path }: { path: string }) {
  return (
    <nav className="tabbar" aria-label={t('tabs')}>
      <Tab path={path} to="/r" icon="home" label={t('tab.home')} />
      <Tab path={path} to="/r/bills" icon="yuan" label={t('tab.bills')} />
      <Tab path={path} to="/r/me" icon="user" label={t('tab.me')} />
    </nav>
  );
}

function Inside() {
  const path = usePath();
  const homes = useHomes();
  useKeep('r', (useMe().data ?? interrupted())?.mobileMasked ?? '');
  if (homes.isPending) return <Skeleton />;
  if (homes.isError) return <Trouble error={homes.error} again={() => void homes.refetch()} />;
  if (homes.data.length === 0 || path === '/r/claim') return <ClaimPage first={homes.data.length === 0} />;
  const matter = /^\/r\/tickets\/([^/]+)$/.exec(path)?.[1];
  if (matter) return <MatterPage key={matter} id={matter} />;
  if (path === '/r/report') return <ReportPage />;
  const order = /^\/r\/pay\/([^/]+)$/.exec(path)?.[1];
  if (order) return <PayPage key={order} id={order} />;
  const receipt = /^\/r\/receipts\/([^/]+)$/.exec(path)?.[1];
  if (receipt) return <ReceiptPage key={receipt} id={receipt} />;
  if (path === '/r/statement') return <StatementPage />;
  if (path === '/r/refunds') return <RefundsPage />;
  if (path === '/r/invoices')
    return (
      <Suspense fallback={<Skeleton />}>
        <InvoicesPage />
      </Suspense>
    );
  const extract = /^\/r\/extract(?:\/([^/]+))?$/.exec(path);
  if (extract)
    return (
      <Suspense fallback={<Skeleton />}>
        <ExtractPages id={extract[1]} />
      </Suspense>
    );
  const bill = /^\/r\/bills\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  if (bill?.[1])
    return (
      <>
        <BillsPage key={path} room={bill[1]} run={bill[2]} />
        <Tabs path="/r/bills" />
      </>
    );
  const here = path === '/r/me' || path === '/r/bills' ? path : '/r';
  return (
    <>
      <Offline />
      {here === '/r/me' ? <MePage /> : here === '/r/bills' ? <BillsPage /> : <HomePage />}
      <Tabs path={here} />
    </>
  );
}

function Trouble({ error, again }: { error: unknown; again: () => void }) {
  return (
    <main className="door">
      <p role="alert">{explain(error)}</p>
      <button type="button" className="pbtn go" onClick={again}>
        {t('error.retry')}
      </button>
    </main>
  );
}

function Gate() {
  const me = useMe();
  if (me.isError) return <Trouble error={me.error} again={() => void me.refetch()} />;
  if (me.isPending) return null;
  const out = me.data === null;
  const kept = out ? interrupted() : me.data;
  if (!kept) return <SignInPage />;
  // What somebody was typing when the session ended is still there when they are back.
  return (
    <>
      {out && <SignInPage />}
      <div className={out ? 'away' : 'here'}>
        <Inside key={kept.id} />
      </div>
    </>
  );
}

function Pages() {
  const path = usePath();
  const code = /^\/r\/receipt\/([^/]+)$/.exec(path)?.[1];
  if (code) return <ProofPage code={code} />;
  const charges = /^\/r\/charges\/([^/]+)$/.exec(path)?.[1];
  if (charges) return <ChargesPage community={charges} />;
  const shared = /^\/r\/shared\/([^/]+)(?:\/(\d{4}))?$/.exec(path);
  if (shared?.[1])
    return (
      <Suspense fallback={null}>
        <SharedPage community={shared[1]} year={shared[2] ?? ''} />
      </Suspense>
    );
  const token = /^\/r\/rate\/([^/]+)$/.exec(path)?.[1];
  return token ? <RatePage token={token} /> : <Gate />;
}

export function App() {
  useLang();
  return (
    <QueryClientProvider client={client}>
      <Pages />
    </QueryClientProvider>
  );
}
