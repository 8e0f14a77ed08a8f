import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import type { StockPreviewView } from '#server/api/views.ts';
import { Problem, sentenceOf } from '../../../api/problem.ts';
import { postForJson } from '../../../api/request.ts';
import { stockLists } from '../../../texts/stock-lists.ts';
import { Icon } from '../../../ui/icon.tsx';
import { ground } from '../../../ui/panel.tsx';

const words = stockLists.import;
const bytesMax = 8_000_000;
const readMsMax = 60_000;

/** The choice of a file, and what stands against it. */
export function FilePicker({ onRead }: { onRead: (preview: StockPreviewView) => void }) {
  const id = useId();
  const read = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > bytesMax) throw new Problem({ title: '', status: 413, detail: words.tooLarge });
      return await postForJson<StockPreviewView>(
        '/stock/import-preview',
        { csv: await file.text() },
        readMsMax,
      );
    },
    onSuccess: onRead,
  });
  return (
    <div className={`${ground} max-w-2xl p-5`}>
      <label htmlFor={id} className="mb-2 block font-semibold">
        {read.isPending ? words.reading : words.choose}
      </label>
      <input
        id={id}
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        disabled={read.isPending}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) read.mutate(file);
          // The same file, mended, can be chosen again.
          target.value = '';
        }}
        className="w-full rounded-lg border border-edge bg-surface p-2 text-sm file:mr-3 file:min-h-9 file:rounded-lg file:border-0 file:bg-ink file:px-3 file:font-medium file:text-paper"
      />
      {read.error && (
        <p role="alert" className="mt-3 flex gap-2 rounded-lg bg-bad-soft p-3 text-sm text-bad">
          <Icon name="bad" className="mt-px" />
          {sentenceOf(read.error)}
        </p>
      )}
    </div>
  );
}
