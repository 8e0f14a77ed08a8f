import { lazy, Suspense, useState } from 'react';
import { NavLink } from 'react-router';
import { texts } from '../texts.ts';
import { CountBadge } from '../ui/count-badge.tsx';
import { Icon } from '../ui/icon.tsx';
import type { ClientSession } from './client-session.ts';
import { preload } from './pages.ts';
import { barPlacesMax, placesFor } from './places.ts';
import { useWaiting } from './use-waiting.ts';

const MoreSheet = lazy(() => import('./more-sheet.tsx'));

const look =
  'relative flex h-full flex-col items-center justify-center gap-0.5 text-2xs font-medium text-quiet aria-[current=page]:text-accent';

/** The navigation of a phone: four pages, and a sheet with the others. */
export function BottomBar({ session }: { session: ClientSession }) {
  const [more, setMore] = useState(false);
  const waiting = useWaiting();
  const places = placesFor(session.permissions);
  const beyond = places.slice(barPlacesMax).reduce((sum, place) => sum + waiting(place.waits), 0);
  return (
    <nav
      aria-label={texts.nav.label}
      className="fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {places.slice(0, barPlacesMax).map(({ page, to, name, icon, waits }) => (
        <NavLink
          key={to}
          to={to}
          end={to === '/'}
          onTouchStart={() => preload(page)}
          className={`${look} h-14`}
        >
          <Icon name={icon} size={20} />
          {name}
          <BarBadge count={waiting(waits)} />
        </NavLink>
      ))}
      <button type="button" aria-haspopup="dialog" onClick={() => setMore(true)} className={`${look} h-14`}>
        <Icon name="more" size={20} />
        {texts.nav.more}
        <BarBadge count={beyond} />
      </button>
      {more && (
        <Suspense>
          <MoreSheet session={session} onClose={() => setMore(false)} />
        </Suspense>
      )}
    </nav>
  );
}

const BarBadge = ({ count }: { count: number }) => (
  <span className="absolute top-0.5 left-1/2 translate-x-2">
    <CountBadge count={count} label={texts.nav.waiting(count)} />
  </span>
);
