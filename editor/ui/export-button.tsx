import { useState } from 'react';
import { download } from '../api/download.ts';
import { sentenceOf } from '../api/problem.ts';
import type { Query } from '../api/request.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { say } from './toast.tsx';

/** Takes a list away as a file, as it is filtered and ordered on the page, but the whole of it. */
export function ExportButton({ path, query, file }: { path: string; query: Query; file: string }) {
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      await download(path, query, file);
    } catch (error) {
      say('bad', sentenceOf(error));
    }
    setBusy(false);
  };
  return (
    <Button busy={busy} onClick={() => void take()}>
      {busy ? texts.exporting : texts.export}
    </Button>
  );
}
