import { texts } from '../texts.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { TextLink } from '../ui/text-link.tsx';

/** For an address at which nothing stands. */
export function NotFoundPage() {
  return (
    <Page>
      <PageHeader title={texts.problem.notFoundTitle} hidden />
      <EmptyState
        icon="looking"
        title={texts.problem.notFoundTitle}
        action={<TextLink to="/">{texts.problem.toDashboard}</TextLink>}
      >
        {texts.problem.notFound}
      </EmptyState>
    </Page>
  );
}
