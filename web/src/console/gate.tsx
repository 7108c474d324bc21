// Decides what an address shows: set-up, sign-in, a forced change of password, or the page itself. The
// address stays, so after signing in one stands where one wanted to be.
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { api, data } from '../kit/client.ts';
import { useLang } from '../kit/i18n.ts';
import { interrupted, useSessionQuery } from '../kit/session.ts';
import './returned.ts';
import { ErrorPage } from './ui/pages.tsx';
import { PageSkeleton } from './ui/skeleton.tsx';

const Shell = lazy(() => import('./shell/shell.tsx').then(m => ({ default: m.Shell })));
const SignIn = lazy(() => import('./routes/session/sign-in.tsx').then(m => ({ default: m.SignInPage })));
const SetUp = lazy(() => import('./routes/session/setup.tsx').then(m => ({ default: m.SetUpPage })));
const Password = lazy(() =>
  import('./routes/session/password.tsx').then(m => ({ default: m.ForcedPasswordPage })),
);

const Factor = lazy(() =>
  import('./routes/session/security.tsx').then(m => ({ default: m.ForcedFactorPage })),
);

function Inside() {
  useLang();
  const session = useSessionQuery();
  const out = session.data === null;
  const setup = useQuery({
    queryKey: ['setup'],
    queryFn: () => data(api.GET('/setup')),
    enabled: out && !interrupted(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (!out) return;
    const { title } = document;
    return () => {
      document.title = title;
    };
  }, [out]);
  if (session.isLoadingError) return <ErrorPage error={session.error} reset={() => void session.refetch()} />;
  const kept = out ? interrupted() : session.data;
  if (session.isPending || (out && !kept && setup.isPending)) return <PageSkeleton />;
  if (out && !kept) return setup.data?.needed ? <SetUp /> : <SignIn />;
  if (session.data?.mustChangePassword) return <Password />;
  if (session.data?.mustEnrol) return <Factor />;
  return (
    <>
      {out && (
        <Suspense fallback={<PageSkeleton />}>
          <SignIn />
        </Suspense>
      )}
      <div className={out ? 'away' : 'here'}>
        <Shell key={kept?.account.id} away={out}>
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </Shell>
      </div>
    </>
  );
}

export function Gate() {
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Inside />
    </Suspense>
  );
}
