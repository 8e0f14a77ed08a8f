import type { PrivacyRequestRow } from '#server/api/views.ts';
import { useList } from '../../api/use-list.ts';
import { privacy as privacyTexts } from '../../texts/privacy.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PrivacyItem } from './privacy-item.tsx';

const words = privacyTexts;
const keyOf = ({ id }: PrivacyRequestRow): string => id;

/** What was asked under privacy laws, until when it is to be answered, and what was done. */
export default function PrivacyPage() {
  const list = useList<PrivacyRequestRow>('connections', {}, keyOf, '/privacy-requests');
  return (
    <Page>
      <PageHeader title={words.title} about={words.about} />
      <ListPanel
        list={list}
        empty={
          <EmptyState icon="check" title={words.none}>
            {words.noneAbout}
          </EmptyState>
        }
      >
        <ul>
          {list.rows.map((request) => (
            <PrivacyItem key={request.id} request={request} />
          ))}
        </ul>
      </ListPanel>
    </Page>
  );
}
