/** Cuts the bytes of a connection into messages. Source: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */

/** Length, request id, answered id, operation: four 32-bit numbers at the start of every message. */
export const HEADER_BYTES = 16;
export const MESSAGE_BYTES_MAX = 48_000_000;

/** The sender does not speak the protocol: nothing that follows can be understood. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export class Framing {
  private chunks: Buffer[] = [];
  private length = 0;

  /** The messages that are complete with this chunk. Throws ProtocolError at an impossible length. */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    const messages: Buffer[] = [];
    for (;;) {
      const size = this.nextSize();
      if (size === undefined || this.length < size) return messages;
      const all = this.joined();
      messages.push(all.subarray(0, size));
      this.chunks = all.length > size ? [all.subarray(size)] : [];
      this.length = all.length - size;
    }
  }

  private nextSize(): number | undefined {
    if (this.length < 4) return undefined;
    const [first] = this.chunks;
    const size = (first && first.length >= 4 ? first : this.joined()).readInt32LE(0);
    if (size < HEADER_BYTES || size > MESSAGE_BYTES_MAX)
      throw new ProtocolError(`a message of ${size} bytes`);
    return size;
  }

  /** One buffer; done once for each message, however many chunks it came in. */
  private joined(): Buffer {
    const [first = Buffer.alloc(0)] = this.chunks;
    if (this.chunks.length <= 1) return first;
    const all = Buffer.concat(this.chunks, this.length);
    this.chunks = [all];
    return all;
  }
}
