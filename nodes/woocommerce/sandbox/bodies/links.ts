/** The `_links` that WordPress adds to every resource. */

/** Path of a resource below the API (`/products/10`), with the methods that it takes. */
export function resourceLinks(api: string, collection: string, id: number, methods?: readonly string[]) {
  const allow = methods ?? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  return {
    self: [{ href: `${api}${collection}/${id}`, targetHints: { allow } }],
    collection: [{ href: `${api}${collection}` }],
  };
}
