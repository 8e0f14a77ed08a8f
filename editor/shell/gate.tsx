import { lazy, Suspense } from 'react';
import { useLocation } from 'react-router';
import { isSignedOut } from '../api/problem.ts';
import { useSession } from '../api/queries.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Shell } from './shell.tsx';

const SignInPage = lazy(() => import('../pages/sign-in/sign-in-page.tsx'));

/** Nothing but the sign-in page is shown to who is not signed in. */
export function Gate() {
  const session = useSession();
  const { pathname } = useLocation();
  if (isSignedOut(session.error) || pathname === '/signin') {
    return (
      <Suspense>
        <SignInPage signedIn={session.data !== undefined && session.error === null} />
      </Suspense>
    );
  }
  if (session.data) return <Shell session={session.data} />;
  if (!session.error) return null;
  return (
    <main className="mx-auto grid min-h-dvh max-w-xl place-items-center">
      <ProblemNote error={session.error} retry={() => void session.refetch()} />
    </main>
  );
}
