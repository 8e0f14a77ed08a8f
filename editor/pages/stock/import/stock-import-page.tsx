import { useState } from 'react';
import type { StockPreviewView } from '#server/api/views.ts';
import { newKey } from '../../../api/request-key.ts';
import { stockLists } from '../../../texts/stock-lists.ts';
import { Page } from '../../../ui/page.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { FilePicker } from './file-picker.tsx';
import { ImportPreview } from './import-preview.tsx';

const words = stockLists.import;

/** Stock from a file: chosen, looked at, booked. */
export default function StockImportPage() {
  const [chosen, setChosen] = useState<{ readonly key: string; readonly preview: StockPreviewView } | null>(
    null,
  );
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        <span className="sm:ml-auto">
          <TextLink to="/stock">{stockLists.back}</TextLink>
        </span>
      </PageHeader>
      {chosen === null ? (
        // The key is of this file as it was looked at: however often it is sent, each line is booked once.
        <FilePicker onRead={(preview) => setChosen({ key: newKey(), preview })} />
      ) : (
        <ImportPreview bookingKey={chosen.key} preview={chosen.preview} onAnother={() => setChosen(null)} />
      )}
    </Page>
  );
}
