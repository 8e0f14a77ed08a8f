/** Errors as WordPress's REST API answers them: `{code, message, data: {status}}`. */

export class WordPressError extends Error {
  override readonly name = 'WordPressError';
  readonly status: number;
  readonly code: string;
  /** Usually `{status, …}`. Where WooCommerce gives a bare number, WordPress falls back to status 500. */
  readonly data: unknown;

  constructor(status: number, code: string, message: string, data: unknown = { status }) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }

  get body() {
    return { code: this.code, message: this.message, data: this.data };
  }
}

/** `post_type` as it stands in the codes: `product`, `product_variation`, `shop_order`, `shop_webhook`. */
export function unknownId(postType: string, status: 400 | 404): WordPressError {
  return new WordPressError(status, `woocommerce_rest_${postType}_invalid_id`, 'Invalid ID.');
}

/** A query or body parameter that WordPress's own check refuses. */
export function invalidParameter(name: string, why: string): WordPressError {
  return new WordPressError(400, 'rest_invalid_param', `Invalid parameter(s): ${name}`, {
    status: 400,
    params: { [name]: why },
    details: { [name]: { code: 'rest_invalid_param', message: why, data: null } },
  });
}

/** What the real shop can do and this sandbox can't. Not an answer of WordPress: better loud than wrong. */
export function notInSandbox(what: string): WordPressError {
  return new WordPressError(501, 'sandbox_unsupported', `This sandbox does not know ${what}.`);
}
