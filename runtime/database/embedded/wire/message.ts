/**
 * Requests and answers. `OP_MSG` carries every command; `OP_QUERY` only the first `isMaster` of a connection.
 * A message that is framed wrongly is a ProtocolError, one with bad BSON in it a MongoError to be answered.
 */
import { decode, decodeKeeping } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { validate } from '../bson/validate.ts';
import { type Doc, firstFieldOf, setField } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { HEADER_BYTES, ProtocolError } from './framing.ts';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** The lower half of the flags must be understood by whoever reads them. */
const REQUIRED_FLAGS = 0xffff;
const CHECKSUM_BYTES = 4;
const MSG_HEAD_BYTES = HEADER_BYTES + 5;
const REPLY_HEAD_BYTES = HEADER_BYTES + 20;
const AWAIT_CAPABLE = 8;

export interface Request {
  /** The command's name: its first field. */
  name: string;
  body: Doc;
  /** The documents of an `insert`, left in bytes. */
  documents: Buffer[] | undefined;
}
export interface Envelope {
  requestId: number;
  isQuery: boolean;
  /** The sender wants no answer. */
  isUnanswered: boolean;
}

/** What can be known of a message without a look at its content. */
export function envelopeOf(message: Buffer): Envelope {
  const operation = message.readInt32LE(12);
  if (operation !== OP_MSG && operation !== OP_QUERY) throw new ProtocolError(`operation ${operation}`);
  if (message.length < MSG_HEAD_BYTES) throw new ProtocolError('a message without content');
  const isQuery = operation === OP_QUERY;
  const flags = isQuery ? 0 : message.readUInt32LE(HEADER_BYTES);
  if ((flags & REQUIRED_FLAGS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) !== 0)
    throw new ProtocolError(`flags ${flags}`);
  return { requestId: message.readInt32LE(4), isQuery, isUnanswered: (flags & MORE_TO_COME) !== 0 };
}

export function requestOf(message: Buffer, { isQuery }: Envelope): Request {
  return isQuery ? queryRequest(message) : msgRequest(message);
}

/** Flags, then sections: one body, and lists of documents that belong to a field of it. */
function msgRequest(message: Buffer): Request {
  const flags = message.readUInt32LE(HEADER_BYTES);
  const end = message.length - ((flags & CHECKSUM_PRESENT) !== 0 ? CHECKSUM_BYTES : 0);
  let request: Request | undefined;
  const sequences: { name: string; documents: Buffer[] }[] = [];
  let at = HEADER_BYTES + 4;
  while (at < end) {
    const kind = message.readUInt8(at);
    const start = at + 1;
    if (start + 4 > end) throw new ProtocolError('a section is cut off');
    at = start + message.readInt32LE(start);
    if (at > end || at < start + 5) throw new ProtocolError('a section has a wrong length');
    if (kind === 0 && !request) request = bodyRequest(message, start, at);
    else if (kind === 1) sequences.push(sequence(message, start + 4, at));
    else throw new ProtocolError(`a section of kind ${kind}`);
  }
  if (!request) throw new ProtocolError('a message without a body');
  for (const { name, documents } of sequences) addSequence(request, name, documents);
  return request;
}

function bodyRequest(message: Buffer, start: number, end: number): Request {
  if (validate(message, start, end) !== end) throw new ProtocolError('a body has a wrong length');
  // Only an insert has documents that are stored as they are.
  const isInsert = message.toString('latin1', start + 5, start + 12) === 'insert\0';
  const { doc: body, raw: documents } = isInsert
    ? decodeKeeping(message, start, 'documents')
    : { doc: decode(message, start), raw: undefined };
  return { name: firstFieldOf(body), body, documents };
}

function sequence(message: Buffer, start: number, end: number): { name: string; documents: Buffer[] } {
  const nameEnd = message.indexOf(0, start);
  if (nameEnd < 0 || nameEnd >= end) throw new ProtocolError('the name of a section is not closed');
  const documents: Buffer[] = [];
  let at = nameEnd + 1;
  while (at < end) {
    const next = validate(message, at, end);
    documents.push(message.subarray(at, next));
    at = next;
  }
  return { name: message.toString('utf8', start, nameEnd), documents };
}

function addSequence(request: Request, name: string, documents: Buffer[]): void {
  if (Object.hasOwn(request.body, name) || (name === 'documents' && request.documents)) {
    fail(40413, `BSON field '${request.name}.${name}' is a duplicate field`);
  }
  if (request.name === 'insert' && name === 'documents') request.documents = documents;
  else
    setField(
      request.body,
      name,
      documents.map((bytes) => decode(bytes)),
    );
}

/** Flags, namespace, two numbers, the command. */
function queryRequest(message: Buffer): Request {
  const nameStart = HEADER_BYTES + 4;
  const nameEnd = message.indexOf(0, nameStart);
  const start = nameEnd + 1 + 8;
  if (nameEnd < 0 || start + 5 > message.length) throw new ProtocolError('a query is cut off');
  validate(message, start, message.length);
  const body = decode(message, start);
  const name = firstFieldOf(body);
  const namespace = message.toString('utf8', nameStart, nameEnd);
  if (!namespace.endsWith('.$cmd') || !['ismaster', 'isMaster', 'hello'].includes(name)) {
    fail(
      'UnsupportedOpQueryCommand',
      `Unsupported OP_QUERY command: ${name.slice(0, 100)}. The client driver may require an upgrade.`,
    );
  }
  return { name, body: { ...body, $db: namespace.slice(0, -'.$cmd'.length) }, documents: undefined };
}

/** The bytes of an answer, made here because it can fail; they are sent after the commit. */
export function encodeReply(reply: Doc, { requestId, isQuery }: Envelope): Buffer {
  const message = encode(reply, isQuery ? REPLY_HEAD_BYTES : MSG_HEAD_BYTES);
  message.fill(0, 0, isQuery ? REPLY_HEAD_BYTES : MSG_HEAD_BYTES);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(requestId, 8);
  message.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  if (isQuery) {
    message.writeInt32LE(AWAIT_CAPABLE, HEADER_BYTES);
    message.writeInt32LE(1, REPLY_HEAD_BYTES - 4);
  }
  return message;
}
