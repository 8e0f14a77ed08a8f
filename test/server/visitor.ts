/** Somebody with a browser's cookies, and nothing else of a browser: says exactly what is to be sent. */

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export class Visitor {
  readonly #url: string;
  readonly #check: (method: string, path: string, reply: Reply) => void;
  /** By name: value and path. */
  readonly cookies = new Map<string, { readonly value: string; readonly path: string }>();

  /** @param url of the API. */
  constructor(url: string, check: (method: string, path: string, reply: Reply) => void = () => {}) {
    this.#url = url;
    this.#check = check;
  }

  /** As the page sends it; `headers` come on top, undefined takes one away. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Reply> {
    const all = {
      cookie: this.#cookieHeader(new URL(`${this.#url}${path}`).pathname),
      'x-syncflow': 'page',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    };
    const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const response = await fetch(`${this.#url}${path}`, {
      method,
      redirect: 'manual',
      headers: Object.fromEntries(sent),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.take(response.headers.getSetCookie());
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const reply = {
      status: response.status,
      body: text === '' ? null : isJson ? (JSON.parse(text) as unknown) : text,
      headers: response.headers,
    };
    this.#check(method, path, reply);
    return reply;
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  post(path: string, body?: unknown): Promise<Reply> {
    return this.send('POST', path, body);
  }

  #cookieHeader(path: string): string {
    return [...this.cookies]
      .filter(([, cookie]) => path.startsWith(cookie.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  /** What an answer sets, also one that was had by other means. */
  take(setCookies: readonly string[]): void {
    for (const text of setCookies) {
      const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split('=');
      const path = attributes.find((part) => /^path=/i.test(part))?.slice('path='.length) ?? '/';
      const ended = value === '' || attributes.some((part) => /^expires=thu, 01 jan 1970/i.test(part));
      if (ended) this.cookies.delete(name);
      else this.cookies.set(name, { value, path });
    }
  }
}
