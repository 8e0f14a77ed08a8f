/** Tells the process that started this one. That may be dead already, which `disconnect` says a moment later: it is no error. */
export function tellStarter(message: object): void {
  // Without a callback, what can't be written is an error that nobody catches.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
