/**
 * A new key for something that shall be done once, however often its request is sent. Not by `randomUUID`: that exists
 * only over https, and this page is also opened by plain http inside a house.
 */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
