/**
 * MongoDB's error codes. Drivers decide by `code`, so each refusal here carries the code that MongoDB's own
 * server gives (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml). Codes without a
 * name in that list are called `Location<code>`, as there.
 */
const CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  NotExactValueField: 111,
  WriteConflict: 112,
  CommandNotSupported: 115,
  ConflictingOperationInProgress: 117,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  QueryPlanKilled: 175,
  InvalidIndexSpecificationOption: 197,
  TransactionTooOld: 225,
  ConversionFailure: 241,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  TransactionTooLarge: 257,
  InvalidResumeToken: 260,
  OperationNotSupportedInTransaction: 263,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  UnsupportedOpQueryCommand: 352,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  CursorInUse: 12051,
  OutOfDiskSpace: 14031,
} as const;

/** A name from MongoDB's list, or a bare number for the codes that have none. */
export type ErrorCode = keyof typeof CODES | number;

const NAMES = new Map<number, string>(Object.entries(CODES).map(([name, code]) => [code, name]));

/** An error that is meant for the client: it becomes `{ok: 0, errmsg, code, codeName}` or one write error. */
export class MongoError extends Error {
  override readonly name = 'MongoError';
  readonly code: number;
  /** Further fields of the answer, for example `keyPattern` and `keyValue` of a duplicate key. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = typeof code === 'number' ? code : CODES[code];
    this.details = details;
  }

  get codeName(): string {
    return codeNameOf(this.code);
  }
}

/** The names of the codes that we know, for those who get a bare code from outside. */
export function codeNameOf(code: number): string {
  return NAMES.get(code) ?? `Location${code}`;
}

/** Refuses what the client asked for. */
export function fail(code: ErrorCode, message: string, details?: Readonly<Record<string, unknown>>): never {
  throw new MongoError(code, message, details);
}

/** Refuses something that MongoDB can do and this server can't. */
export function unsupported(what: string): never {
  throw new MongoError(
    'CommandNotSupported',
    `${what} is not supported by the embedded database. Use a MongoDB server for it.`,
  );
}
