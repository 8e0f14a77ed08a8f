import { useEffect } from 'react';
import type { SessionView } from '#server/api/views.ts';
import { baseOf } from '../../address/client-address.ts';
import { lastClient } from '../../shell/client-session.ts';
import { signOut } from '../../shell/sign-out.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Door } from './door.tsx';
import { NewClientForm } from './new-client-form.tsx';

const words = texts.account.clients;
const addressOf = (id: string) => `${baseOf(id)}/`;

/**
 * For who has several clients, and named none in the address; or none at all.
 * @param forward goes on at once to the client that was looked at last.
 */
export default function ChooseClientPage({ session, forward }: { session: SessionView; forward: boolean }) {
  const { clients, permissions } = session;
  const last = forward ? lastClient.read() : null;
  const known = last !== null && clients.some(({ id }) => id === last);
  useEffect(() => {
    if (known && last !== null) location.replace(addressOf(last));
  }, [known, last]);
  if (known) return null;
  if (clients.length === 0) {
    const manages = permissions.includes('manage');
    return (
      <Door title={words.none} about={manages ? words.noneAbout : words.noneForYou}>
        {manages && <NewClientForm onMade={(id) => location.replace(addressOf(id))} />}
        <SignOut />
      </Door>
    );
  }
  return (
    <Door title={words.choose} about={words.chooseAbout}>
      <ul>
        {clients.map(({ id, name }) => (
          <li key={id} className="border-t border-line first:border-0">
            <a
              href={addressOf(id)}
              className="flex min-h-12 items-center gap-3 rounded-lg px-2 font-medium hover:bg-sunken"
            >
              {name}
              <Icon name="right" size={16} className="ml-auto text-quiet" />
            </a>
          </li>
        ))}
      </ul>
      <SignOut />
    </Door>
  );
}

const SignOut = () => (
  <Button look="quiet" icon="leave" onClick={() => void signOut()} className="mt-5">
    {texts.nav.signOut}
  </Button>
);
