import { NavLink } from 'react-router';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { CountBadge } from '../ui/count-badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { TextLink } from '../ui/text-link.tsx';
import { ThemeToggle } from '../ui/theme-toggle.tsx';
import type { ClientSession } from './client-session.ts';
import { barPlacesMax, placesFor } from './places.ts';
import { signOut } from './sign-out.ts';
import { useWaiting } from './use-waiting.ts';

/** On a phone: the pages that have no room in the bar, the theme, and the way out. */
export default function MoreSheet({ session, onClose }: { session: ClientSession; onClose: () => void }) {
  const waiting = useWaiting();
  return (
    <Sheet
      title={session.client.name}
      about={texts.nav.version(session.version)}
      side="bottom"
      onClose={onClose}
    >
      <ul className="px-3 py-2">
        {placesFor(session.permissions)
          .slice(barPlacesMax)
          .map(({ to, name, icon, waits }) => (
            <li key={to}>
              <NavLink
                to={to}
                onClick={onClose}
                className="flex h-12 items-center gap-3 rounded-lg px-2 font-medium aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
              >
                <Icon name={icon} size={20} className="text-quiet" />
                {name}
                <span className="ml-auto">
                  <CountBadge count={waiting(waits)} label={texts.nav.waiting(waiting(waits))} />
                </span>
              </NavLink>
            </li>
          ))}
      </ul>
      <div className="grid gap-3 border-t border-line p-5">
        <TextLink to="/settings" onClick={onClose}>
          {texts.nav.settings}
        </TextLink>
        <ThemeToggle />
        <Button icon="leave" onClick={() => void signOut()}>
          {texts.nav.signOut}
        </Button>
      </div>
    </Sheet>
  );
}
