/** The server that the specifications run against: an embedded one, with fail points before it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Document, MongoClient } from 'mongodb';
import { startEmbedded } from '../index.ts';
import { stored } from '../test-values.ts';
import { FailPointProxy } from './fail-point-proxy.ts';

export interface SpecServer {
  /** Of the server with fail points. */
  uri: string;
  /** Past the fail points. */
  direct: MongoClient;
  version: string;
  setFailPoint(settings: Document): void;
  clearFailPoints(): void;
  stop(): Promise<void>;
}

export async function startSpecServer(): Promise<SpecServer> {
  const dir = mkdtempSync(join(tmpdir(), 'embedded-spec-'));
  const embedded = await startEmbedded({ dir: join(dir, 'data') });
  const direct = await new MongoClient(embedded.uri).connect();
  // The server tells times once somebody follows its changes.
  const changes = direct.watch();
  await changes.tryNext();
  const proxy = new FailPointProxy(decodeURIComponent(new URL(embedded.uri).host));
  const path = join(dir, 'fail-points.sock');
  await proxy.listen(path);
  const { version } = await direct.db('admin').command({ buildInfo: 1 });
  return {
    uri: `mongodb://${encodeURIComponent(path)}/?directConnection=true`,
    direct,
    version,
    setFailPoint: (settings) => proxy.failPoints.configure(stored(settings)),
    clearFailPoints: () => proxy.failPoints.clear(),
    stop: async () => {
      await changes.close();
      await direct.close();
      await proxy.close();
      await embedded.close();
      rmSync(dir, { recursive: true });
    },
  };
}
