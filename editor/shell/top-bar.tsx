import type { SessionView } from '#server/api/views.ts';
import { Brand } from './brand.tsx';
import { LiveNote } from './live-note.tsx';

/** On a phone: whose shops these are, and whether the page is live. */
export function TopBar({ session }: { session: SessionView }) {
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2.5 border-b border-line bg-paper/95 px-4 backdrop-blur-sm sm:hidden">
      <Brand size={24} />
      <span className="truncate font-semibold">{session.client.name}</span>
      <span className="ml-auto">
        <LiveNote />
      </span>
    </header>
  );
}
