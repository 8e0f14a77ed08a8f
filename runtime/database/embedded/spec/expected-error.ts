/** Compares an error of the driver with what a specification expects. */
import {
  type Document,
  MongoBulkWriteError,
  MongoClientBulkWriteError,
  MongoError,
  MongoServerError,
} from 'mongodb';
import { Mismatch, match, type References } from './match.ts';
import { resultOf } from './results.ts';
import type { ExpectedError } from './specification.ts';

/** Throws Mismatch. */
export function matchError(expected: ExpectedError, thrown: unknown, references: References): void {
  if (!(thrown instanceof Error)) throw new Mismatch(`not an error was thrown: ${String(thrown)}`);
  // The driver wraps what the server said of a bulk write as a whole.
  const cause = thrown instanceof MongoClientBulkWriteError ? thrown.cause : undefined;
  const error = cause instanceof MongoError ? cause : thrown;
  const require = (isRight: boolean, what: string): void => {
    if (!isRight) throw new Mismatch(`the error ${what}: ${error.name} ${codeOf(error)} ${error.message}`);
  };
  const { isClientError, errorContains, errorCode, errorCodeName, errorResponse } = expected;
  if (isClientError !== undefined) {
    const isOfServer = error instanceof MongoServerError || thrown instanceof MongoClientBulkWriteError;
    require(isClientError !== isOfServer, isClientError ? 'is of the server' : 'is not of the server');
  }
  if (errorContains !== undefined) {
    require(error.message.toLowerCase().includes(errorContains.toLowerCase()), `lacks "${errorContains}"`);
  }
  if (errorCode !== undefined) require(codeOf(error) === errorCode, `is not ${errorCode}`);
  if (errorCodeName !== undefined) {
    require(responseOf(error).codeName === errorCodeName ||
      Reflect.get(error, 'codeName') === errorCodeName, `is not ${errorCodeName}`);
  }
  const hasLabel = (label: string): boolean => error instanceof MongoError && error.hasErrorLabel(label);
  for (const label of expected.errorLabelsContain ?? []) require(hasLabel(label), `lacks the label ${label}`);
  for (const label of expected.errorLabelsOmit ?? []) require(!hasLabel(label), `has the label ${label}`);
  if (errorResponse)
    match(errorResponse, responseOf(error), { path: 'errorResponse', isRoot: true, references });
  matchParts(expected, thrown, references);
}

/** What a bulk write did before its error. */
function matchParts(expected: ExpectedError, thrown: Error, references: References): void {
  const { expectResult, writeErrors, writeConcernErrors } = expected;
  if (expectResult !== undefined) {
    const result =
      thrown instanceof MongoBulkWriteError ? thrown.result : Reflect.get(thrown, 'partialResult');
    match(expectResult, resultOf(result), { path: 'result of the error', isRoot: true, references });
  }
  if (writeErrors) {
    const found = Object.fromEntries(Reflect.get(thrown, 'writeErrors') as Map<number, Document>);
    for (const [index, one] of Object.entries(writeErrors))
      match(one, found[index], { path: `writeErrors.${index}`, isRoot: true, references });
  }
  if (writeConcernErrors) {
    const found: unknown = Reflect.get(thrown, 'writeConcernErrors');
    match(writeConcernErrors, found, { path: 'writeConcernErrors', isRoot: true, references });
  }
}

function codeOf(error: Error): unknown {
  return Reflect.get(error, 'code') ?? responseOf(error).code;
}

function responseOf(error: Error): Document {
  return error instanceof MongoServerError ? error.errorResponse : {};
}
