import type { ReactNode } from 'react';
import { type Permission, useMay } from '../api/queries.ts';
import { rights as words } from '../texts/rights.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ground } from '../ui/panel.tsx';
import { TextLink } from '../ui/text-link.tsx';

/** Says who can do something here, to whoever may only look. */
export function LookOnly({ unless }: { unless: Permission }) {
  if (useMay(unless)) return null;
  return (
    <p className="mb-4 flex items-start gap-2 text-sm text-pretty text-quiet">
      <Icon name="info" size={16} className="mt-0.5" />
      {words.look(unless)}
    </p>
  );
}

/** A page that is there to do something: whoever may not do it is told who can, instead of being refused at its end. */
export function Only({ may, children }: { may: Permission; children: ReactNode }) {
  if (useMay(may)) return children;
  return (
    <Page>
      <PageHeader title={words.title} hidden />
      <NotYours may={may} />
    </Page>
  );
}

/** As {@link Only}, for a part of a page. */
export function OnlyPart({ may, children }: { may: Permission; children: ReactNode }) {
  return useMay(may) ? children : <NotYours may={may} />;
}

const NotYours = ({ may }: { may: Permission }) => (
  <div className={ground}>
    <EmptyState icon="info" title={words.title} action={<TextLink to="/">{words.toDashboard}</TextLink>}>
      {words.about(may)}
    </EmptyState>
  </div>
);
