import { Suspense } from 'react';
import { NavLink, Outlet } from 'react-router';
import { useSession } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

const words = texts.settings;
const parts = [
  { to: '/settings', text: words.account.title, manage: false },
  { to: '/settings/members', text: words.members.title, manage: true },
  { to: '/settings/clients', text: words.clients.title, manage: true },
  { to: '/settings/keys', text: words.keys.title, manage: true },
  { to: '/settings/audit', text: words.audit.title, manage: true },
] as const;

/** One's own account, and what belongs to the agency. */
export default function SettingsPage() {
  const manages = useSession().data?.permissions.includes('manage') ?? false;
  return (
    <Page>
      <PageHeader title={words.title} />
      <nav aria-label={words.parts} className="mb-5 flex gap-5 overflow-x-auto border-b border-line">
        {parts
          .filter(({ manage }) => manages || !manage)
          .map(({ to, text }) => (
            <NavLink
              key={to}
              to={to}
              end
              className="-mb-px inline-flex h-10 shrink-0 items-center border-b-2 border-transparent font-medium text-quiet hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
            >
              {text}
            </NavLink>
          ))}
      </nav>
      <Suspense fallback={<SkeletonRows rows={6} />}>
        <Outlet />
      </Suspense>
    </Page>
  );
}
