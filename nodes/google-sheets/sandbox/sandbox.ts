/** A sandbox of Google Sheets: one spreadsheet of a service account, over the API v4 and Google's token endpoint. */
import { generateKeyPairSync, type KeyPairKeyObjectResult, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import {
  openServiceSandbox,
  type SandboxAnswer,
  type SandboxRequest,
  type ServiceSandbox,
} from '../../kit/service-sandbox.ts';
import { BatchUpdate, Book } from './batch-update.ts';
import { SANDBOX_CLIENT, SandboxConsents } from './consents.ts';
import type { Grid } from './grid.ts';

const Search = z.object({
  dataFilters: z.array(z.object({ developerMetadataLookup: z.object({ metadataKey: z.string() }) })),
});
const Read = z.object({
  valueRenderOption: z.enum(['UNFORMATTED_VALUE', 'FORMULA']),
  majorDimension: z.enum(['COLUMNS', 'ROWS']),
  dataFilters: z.array(
    z.object({
      gridRange: z.object({
        sheetId: z.number(),
        startRowIndex: z.number().optional(),
        endRowIndex: z.number().optional(),
        startColumnIndex: z.number().optional(),
        endColumnIndex: z.number().optional(),
      }),
    }),
  ),
});

export interface SheetsSandbox extends ServiceSandbox {
  readonly input: Readonly<Record<string, string>>;
  /** What the form of the consent needs. */
  readonly consentInput: Readonly<Record<string, string>>;
  /** The person at Google's page, and what they may do later. */
  readonly consents: SandboxConsents;
  /** What a person sees, and does things to. @throws {Error} when there is no such sheet. */
  sheet(title: string): Grid;
  readonly book: Book;
  /** The owner takes the spreadsheet away from the service account. */
  unshare(): void;
}

const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const EMAIL = 'syncflow@sandbox.iam.gserviceaccount.com';
const ID = 'sandbox-spreadsheet-0123456789';

/** One for all sandboxes of a process: to make it takes a while. */
let keyPair: KeyPairKeyObjectResult | undefined;

export async function openSheetsSandbox(port = 0): Promise<SheetsSandbox> {
  keyPair ??= generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const keys = keyPair;
  const book = new Book();
  const tokens = new Set<string>();
  let isShared = true;
  const consents = new SandboxConsents();
  const answer = async (request: SandboxRequest): Promise<SandboxAnswer> => {
    if (request.path === '/token') return await token(request);
    if (request.path === '/o/oauth2/v2/auth') return consents.page(request.query);
    if (!tokens.has(request.headers.authorization ?? ''))
      return refusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    if (!request.path.startsWith(`/v4/spreadsheets/${ID}`))
      return refusal(404, 'NOT_FOUND', 'Requested entity was not found.');
    if (!isShared) return refusal(403, 'PERMISSION_DENIED', 'The caller does not have permission');
    try {
      return { status: 200, body: done(book, request) };
    } catch (error) {
      return refusal(400, 'INVALID_ARGUMENT', error instanceof Error ? error.message : String(error));
    }
  };
  const issued = (more: object = {}): SandboxAnswer => {
    const access_token = randomBytes(16).toString('hex');
    tokens.add(`Bearer ${access_token}`);
    return { status: 200, body: { access_token, expires_in: 3_599, token_type: 'Bearer', ...more } };
  };
  const token = async ({ body }: SandboxRequest): Promise<SandboxAnswer> => {
    const fields = new URLSearchParams(body.toString('utf8'));
    if (fields.get('grant_type') !== JWT_GRANT) return consents.exchange(fields, issued);
    const assertion = fields.get('assertion') ?? '';
    try {
      const { payload } = await jwtVerify(assertion, keys.publicKey, {
        issuer: EMAIL,
        audience: `${sandbox.address}/token`,
      });
      if (payload.scope !== 'https://www.googleapis.com/auth/spreadsheets') throw new Error('scope');
    } catch {
      return {
        status: 400,
        body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
      };
    }
    return issued();
  };
  const sandbox = await openServiceSandbox(answer, port);
  return {
    ...sandbox,
    input: {
      key: JSON.stringify({
        type: 'service_account',
        client_email: EMAIL,
        private_key_id: randomBytes(20).toString('hex'),
        private_key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      }),
      spreadsheet: `https://docs.google.com/spreadsheets/d/${ID}/edit#gid=0`,
    },
    consentInput: {
      ...SANDBOX_CLIENT,
      spreadsheet: `https://docs.google.com/spreadsheets/d/${ID}/edit#gid=0`,
    },
    consents,
    book,
    sheet: (title) => {
      const found = book.grids.find((grid) => grid.title === title);
      if (!found) throw new Error(`there is no sheet "${title}"`);
      return found;
    },
    unshare: () => {
      isShared = false;
    },
  };
}

function done(book: Book, { method, path, body }: SandboxRequest): object {
  if (method === 'GET') {
    const sheets = book.grids.map(({ sheetId, title, columnCount, merges }) => ({
      properties: { sheetId, title, gridProperties: { columnCount } },
      ...(merges.length > 0 && { merges }),
    }));
    return { properties: { title: 'Our shop' }, sheets };
  }
  const json: unknown = JSON.parse(body.toString('utf8'));
  if (path.endsWith(':batchUpdate')) return { replies: book.update(BatchUpdate.parse(json).requests) };
  if (path.endsWith('/developerMetadata:search')) return searched(book, Search.parse(json));
  const { majorDimension, valueRenderOption, dataFilters } = Read.parse(json);
  return {
    valueRanges: dataFilters.map(({ gridRange }) => ({
      valueRange: {
        majorDimension,
        values: valuesOf(book.grid(gridRange.sheetId), gridRange, majorDimension, valueRenderOption),
      },
    })),
  };
}

function searched(book: Book, { dataFilters }: z.infer<typeof Search>): object {
  const wanted = dataFilters.map(({ developerMetadataLookup }) => developerMetadataLookup.metadataKey);
  const found = book.notes.flatMap((note) => {
    const column = note.ofColumn ? book.grid(note.sheetId).columnOfNote(note.id) : null;
    // A note goes with its column.
    if (!wanted.includes(note.key) || column === -1) return [];
    const { sheetId } = note;
    const range = { sheetId, dimension: 'COLUMNS', startIndex: column, endIndex: (column ?? 0) + 1 };
    const location =
      column === null
        ? { locationType: 'SHEET', sheetId }
        : { locationType: 'COLUMN', dimensionRange: range };
    return [
      {
        developerMetadata: {
          metadataId: note.id,
          metadataKey: note.key,
          metadataValue: note.value,
          location,
        },
      },
    ];
  });
  return found.length > 0 ? { matchedDeveloperMetadata: found } : {};
}

/**
 * Empty cells and lists at the end are left out, as Google does. Of formulas the sandbox knows the value of one: `=""`.
 * @throws {RangeError} for a range that begins beyond the last column, as Google refuses it.
 */
function valuesOf(
  grid: Grid,
  range: z.infer<typeof Read>['dataFilters'][number]['gridRange'],
  dimension: 'COLUMNS' | 'ROWS',
  render: 'UNFORMATTED_VALUE' | 'FORMULA',
): unknown[][] {
  const { startRowIndex: top = 0, startColumnIndex: left = 0 } = range;
  if (left >= grid.columnCount)
    throw new RangeError(`Range exceeds grid limits. Max columns: ${grid.columnCount}`);
  const valueAt = (row: number, column: number) => {
    const cell = grid.read(row, column);
    return cell === null || (cell === '=""' && render !== 'FORMULA') ? '' : cell;
  };
  const bottom = Math.min(range.endRowIndex ?? grid.rows.length, grid.rows.length);
  const right = Math.min(range.endColumnIndex ?? grid.columnCount, grid.columnCount);
  const rows = Array.from({ length: Math.max(0, bottom - top) }, (_, row) =>
    Array.from({ length: right - left }, (_unused, column) => valueAt(top + row, left + column)),
  );
  const lists =
    dimension === 'ROWS'
      ? rows
      : Array.from({ length: right - left }, (_, column) => rows.map((cells) => cells[column] ?? ''));
  const trimmed = lists.map((list) => list.slice(0, list.findLastIndex((cell) => cell !== '') + 1));
  return trimmed.slice(0, trimmed.findLastIndex((list) => list.length > 0) + 1);
}

function refusal(code: number, status: string, message: string): SandboxAnswer {
  return { status: code, body: { error: { code, status, message, details: [] } } };
}
