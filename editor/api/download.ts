import { fetchFile, type Query } from './request.ts';

/** Fetches a file of the API and lets the browser save it. Throws {@link Problem}. */
export async function download(path: string, query: Query, file: string): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await fetchFile(path, query));
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
}
