import { texts } from '../texts.ts';
import { Icon } from '../ui/icon.tsx';
import type { ClientSession } from './client-session.ts';

/** Whose shops these are; who looks after several changes to another one here. */
export function ClientName({ session: { client, clients } }: { session: ClientSession }) {
  const name = <span className="truncate font-semibold">{client.name}</span>;
  if (clients.length < 2) return name;
  return (
    <a
      href="/clients"
      title={texts.account.clients.change}
      className="inline-flex min-h-6 max-w-full items-center gap-1 rounded hover:text-accent"
    >
      {name}
      <Icon name="down" size={14} className="shrink-0 text-quiet" />
      <span className="sr-only">{texts.account.clients.change}</span>
    </a>
  );
}
