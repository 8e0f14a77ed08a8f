import { Suspense, useEffect } from 'react';
import { useLocation } from 'react-router';
import { startLive } from '../api/live.ts';
import { texts } from '../texts.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { type ClientSession, lastClient } from './client-session.ts';
import { Guard } from './guard.tsx';
import { OutageNote } from './outage-note.tsx';
import { PageRoutes } from './page-routes.tsx';
import { Rail } from './rail.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame around every page: navigation, live data, and the place where the page stands. */
export function Shell({ session }: { session: ClientSession }) {
  const { pathname } = useLocation();
  useEffect(startLive, []);
  useEffect(() => lastClient.write(session.client.id), [session.client.id]);
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-lg bg-ink px-4 py-2 text-paper focus:translate-y-0"
      >
        {texts.skip}
      </a>
      <Rail session={session} />
      <TopBar session={session} />
      <main id="main" tabIndex={-1} className="pb-(--bars-bottom) sm:ml-21 xl:ml-52">
        <Guard place={pathname}>
          <Suspense fallback={<SkeletonRows rows={8} />}>
            <PageRoutes />
          </Suspense>
        </Guard>
      </main>
      <OutageNote />
      <BottomBar session={session} />
    </>
  );
}
