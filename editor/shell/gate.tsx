import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { isSignedOut } from '../api/problem.ts';
import { useSession } from '../api/queries.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Shell } from './shell.tsx';

const SignInPage = lazy(() => import('../pages/sign-in/sign-in-page.tsx'));
const SetUpPage = lazy(() => import('../pages/sign-in/set-up-page.tsx'));
const InvitationPage = lazy(() => import('../pages/sign-in/invitation-page.tsx'));
const ForgottenPasswordPage = lazy(() => import('../pages/sign-in/forgotten-password-page.tsx'));
const NewPasswordPage = lazy(() => import('../pages/sign-in/new-password-page.tsx'));
const ChooseClientPage = lazy(() => import('../pages/sign-in/choose-client-page.tsx'));

/** What stands before the gate, and who may pass it. */
export function Gate() {
  return (
    <Suspense>
      <Routes>
        <Route path="signin" element={<SignIn />} />
        <Route path="invitation" element={<InvitationPage />} />
        <Route path="forgotten" element={<ForgottenPasswordPage />} />
        <Route path="password" element={<NewPasswordPage />} />
        <Route path="setup" element={<SetUpPage />} />
        <Route path="clients" element={<Choose />} />
        <Route path="*" element={<Inside />} />
      </Routes>
    </Suspense>
  );
}

function SignIn() {
  const session = useSession();
  return <SignInPage signedIn={session.data !== undefined && session.error === null} />;
}

function Choose() {
  const { data, error } = useSession();
  if (isSignedOut(error)) return <SignInPage signedIn={false} />;
  return data ? <ChooseClientPage session={data} forward={false} /> : null;
}

/** Nothing is shown to who is not signed in; the first one of all sets SyncFlow up. */
function Inside() {
  const session = useSession();
  const { data, error } = session;
  if (isSignedOut(error)) return <SignInPage signedIn={false} />;
  if (data?.client) return <Shell session={{ ...data, client: data.client }} />;
  if (data) return data.unclaimed ? <SetUpPage /> : <ChooseClientPage session={data} forward />;
  if (!error) return null;
  return (
    <main className="mx-auto grid min-h-dvh max-w-xl place-items-center">
      <ProblemNote error={error} retry={() => void session.refetch()} />
    </main>
  );
}
