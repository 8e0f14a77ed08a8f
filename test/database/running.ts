/** The database that set-up started and tear-down must stop: Jest loads the two as modules of their own. */
interface Running {
  readonly dir: string;
  close(): Promise<void>;
}

const kept = globalThis as { syncflowTestDatabase?: Running };

export const running = {
  set: (database: Running): void => {
    kept.syncflowTestDatabase = database;
  },
  get: (): Running | undefined => kept.syncflowTestDatabase,
};
