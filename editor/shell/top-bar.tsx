import { Brand } from './brand.tsx';
import { ClientName } from './client-name.tsx';
import type { ClientSession } from './client-session.ts';
import { LiveNote } from './live-note.tsx';

/** On a phone: whose shops these are, and whether the page is live. */
export function TopBar({ session }: { session: ClientSession }) {
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2.5 border-b border-line bg-paper/95 px-4 backdrop-blur-sm sm:hidden">
      <Brand size={24} />
      <ClientName session={session} />
      <span className="ml-auto">
        <LiveNote />
      </span>
    </header>
  );
}
