import { NavLink } from 'react-router';
import { texts } from '../texts.ts';
import { CountBadge } from '../ui/count-badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { Account } from './account.tsx';
import { Brand } from './brand.tsx';
import { ClientName } from './client-name.tsx';
import type { ClientSession } from './client-session.ts';
import { LiveNote } from './live-note.tsx';
import { preload } from './pages.ts';
import { type Place, placesFor } from './places.ts';
import { useWaiting } from './use-waiting.ts';

/** The navigation at the left: names below their icons, or beside them where there is room. */
export function Rail({ session }: { session: ClientSession }) {
  const waiting = useWaiting();
  return (
    <header className="fixed inset-y-0 left-0 z-30 hidden w-21 flex-col border-r border-line bg-surface py-4 sm:flex xl:w-52 xl:px-3">
      <div className="flex items-center justify-center gap-2.5 xl:justify-start xl:px-2">
        <Brand />
        <span className="hidden min-w-0 xl:block">
          <ClientName session={session} />
          <span className="block truncate text-xs text-quiet">{texts.nav.version(session.version)}</span>
        </span>
      </div>
      <nav aria-label={texts.nav.label} className="mt-5 min-h-0 grow overflow-y-auto px-1.5 xl:px-0">
        <ul className="grid gap-0.5">
          {placesFor(session.permissions).map((place) => (
            <li key={place.to}>
              <RailLink place={place} count={waiting(place.waits)} />
            </li>
          ))}
        </ul>
      </nav>
      <div className="grid justify-items-center gap-2 pt-2 xl:flex xl:items-center xl:justify-between xl:px-2">
        <LiveNote />
        <Account />
      </div>
    </header>
  );
}

function RailLink({ place, count }: { place: Place; count: number }) {
  const { page, to, name, icon } = place;
  return (
    <NavLink
      to={to}
      end={to === '/'}
      onPointerEnter={() => preload(page)}
      onFocus={() => preload(page)}
      className="relative flex flex-col items-center gap-0.5 rounded-lg px-1 py-2 text-center text-2xs font-medium text-quiet hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent xl:flex-row xl:gap-2.5 xl:px-2 xl:text-base"
    >
      <Icon name={icon} size={20} />
      {name}
      <span className="absolute top-0.5 right-2 xl:static xl:ml-auto">
        <CountBadge count={count} label={texts.nav.waiting(count)} />
      </span>
    </NavLink>
  );
}
