/** The Google Sheets API v4, as far as it is used (discovery document, revision 20250616). A batchUpdate is done wholly or not at all. */
import { z } from 'zod';
import type { FarSide } from '#runtime/outbox/outside-effect.ts';
import type { ChannelCall } from '#runtime/sync/channel.ts';
import { callService } from '../kit/service-call.ts';
import { accessToken, forgetToken } from './access-token.ts';
import { troubleOf } from './refusals.ts';
import { SheetsSecret } from './secret.ts';

export const SHEETS_API = 'https://sheets.googleapis.com';
/** Large sheets take their time; Google gives up after 180 s. */
const TIMEOUT_MS = 60_000;
const UNAUTHORIZED = 401;

export interface Asking {
  readonly far: Pick<FarSide, 'baseUrl' | 'secret'>;
  readonly observe?: (call: ChannelCall) => void;
  readonly signal?: AbortSignal;
}

const Spreadsheet = z.object({
  properties: z.object({ title: z.string() }).optional(),
  sheets: z.array(
    z.object({
      properties: z.object({
        sheetId: z.number().default(0),
        title: z.string(),
        gridProperties: z.object({ columnCount: z.number() }).optional(),
      }),
      merges: z.array(z.object({ endColumnIndex: z.number().default(0) })).default([]),
    }),
  ),
});
const Metadata = z.object({
  matchedDeveloperMetadata: z
    .array(
      z.object({
        developerMetadata: z.object({
          metadataId: z.number(),
          metadataValue: z.string(),
          location: z.object({
            sheetId: z.number().optional(),
            dimensionRange: z
              .object({ sheetId: z.number().default(0), startIndex: z.number().default(0) })
              .optional(),
          }),
        }),
      }),
    )
    .default([]),
});
const Cell = z.union([z.string(), z.number(), z.boolean()]);
const Values = z.object({
  valueRanges: z
    .array(z.object({ valueRange: z.object({ values: z.array(z.array(Cell)).default([]) }) }))
    .default([]),
});
const Updated = z.object({
  replies: z
    .array(z.object({ addSheet: z.object({ properties: z.object({ sheetId: z.number() }) }).optional() }))
    .default([]),
});
export type CellValue = z.infer<typeof Cell>;

export async function readSpreadsheet(asking: Asking) {
  const fields =
    'properties.title,sheets(properties(sheetId,title,gridProperties.columnCount),merges.endColumnIndex)';
  return Spreadsheet.parse(await ask(asking, `?fields=${encodeURIComponent(fields)}`, 'look', true));
}

/** Where our notes are: they move with the columns and sheets that they are at. */
export async function searchMetadata(asking: Asking, metadataKey: string) {
  const body = { dataFilters: [{ developerMetadataLookup: { metadataKey } }] };
  const found = Metadata.parse(await ask(asking, '/developerMetadata:search', 'find columns', true, body));
  return found.matchedDeveloperMetadata.map(({ developerMetadata }) => developerMetadata);
}

export interface GridRange {
  readonly sheetId: number;
  readonly startRowIndex?: number;
  readonly endRowIndex?: number;
  readonly startColumnIndex?: number;
  readonly endColumnIndex?: number;
}

/**
 * The values of each range, column by column, or row by row; cells at the end that are empty are left out.
 * @param render `FORMULA`: formulas themselves, instead of what they give.
 */
export async function readRanges(
  asking: Asking,
  ranges: readonly GridRange[],
  majorDimension: 'COLUMNS' | 'ROWS',
  render: 'UNFORMATTED_VALUE' | 'FORMULA' = 'UNFORMATTED_VALUE',
): Promise<CellValue[][][]> {
  const body = {
    majorDimension,
    valueRenderOption: render,
    dataFilters: ranges.map((gridRange) => ({ gridRange })),
  };
  const read = Values.parse(await ask(asking, '/values:batchGetByDataFilter', 'read rows', true, body));
  return read.valueRanges.map(({ valueRange }) => valueRange.values);
}

/** @returns the ids of sheets that were added. */
export async function batchUpdate(asking: Asking, requests: readonly object[]): Promise<number[]> {
  const updated = Updated.parse(await ask(asking, ':batchUpdate', 'write rows', false, { requests }));
  return updated.replies.flatMap(({ addSheet }) => (addSheet ? [addSheet.properties.sheetId] : []));
}

async function ask(
  { far, observe, signal }: Asking,
  path: string,
  name: string,
  reading: boolean,
  body?: object,
  again = true,
): Promise<unknown> {
  const secret = SheetsSecret.parse(far.secret);
  const sandbox = far.baseUrl === SHEETS_API ? null : far.baseUrl;
  const token = await accessToken(secret, sandbox);
  const answer = await callService({
    url: `${far.baseUrl}/v4/spreadsheets/${secret.spreadsheetId}${path}`,
    ...(body && { method: 'POST' as const, body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    name,
    reading,
    observe,
    signal,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.status === UNAUTHORIZED && again) {
    forgetToken(secret, sandbox);
    return await ask(
      { far, ...(observe && { observe }), ...(signal && { signal }) },
      path,
      name,
      reading,
      body,
      false,
    );
  }
  if (answer.status >= 300)
    throw troubleOf(answer, 'account' in secret ? secret.account.client_email : null, reading);
  return answer.json;
}
