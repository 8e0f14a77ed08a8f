import { Suspense, useEffect, useRef } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useSession } from '../../api/queries.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { webhooks as webhooksTexts } from '../../texts/webhooks.ts';
import { texts } from '../../texts.ts';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

const words = settingsTexts;
const parts = [
  { to: '/settings', text: words.account.title, may: null },
  { to: '/settings/alerts', text: texts.alerts.preferences.title, may: null },
  { to: '/settings/members', text: words.members.title, may: 'manage' },
  { to: '/settings/clients', text: words.clients.title, may: 'manage' },
  { to: '/settings/keys', text: words.keys.title, may: 'manage' },
  { to: '/settings/webhooks', text: webhooksTexts.title, may: 'inspect' },
  { to: '/settings/audit', text: words.audit.title, may: 'manage' },
] as const;

/** One's own account, and what belongs to the agency. */
export default function SettingsPage() {
  const permissions = useSession().data?.permissions ?? [];
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone not all parts fit beside each other: the one that is open must be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is open when the address is another one
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <Page>
      <PageHeader title={words.title} />
      <nav
        ref={tabs}
        aria-label={words.parts}
        className="mb-5 flex gap-5 overflow-x-auto border-b border-line"
      >
        {parts
          .filter(({ may }) => may === null || permissions.includes(may))
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
