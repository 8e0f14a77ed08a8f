/** BSON bytes of one document that go into an answer as they are, without being decoded and encoded again. */
export class RawDocument {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
