/**
 * Node-RED's runtime, headless and in this process: no editor, no admin API, no files, no installs, no access to
 * our environment. One per process, since it keeps its state in modules.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import registry from '@node-red/registry';
import runtime from '@node-red/runtime';
import util, { type LogEntry } from '@node-red/util';
import type { FlowEntry } from '../pipelines/compile.ts';

/** Core nodes that can't reach outside, by file name (Node-RED 5.0.7). */
const SAFE_CORE_NODES = [
  '05-junction.js',
  '24-complete.js',
  '25-catch.js',
  '25-status.js',
  '60-link.js',
  '91-global-config.js',
  '10-switch.js',
  '15-change.js',
  '17-split.js',
  '89-delay.js',
];

const require = createRequire(import.meta.url);

/**
 * Initialises the runtime; types may be registered then, and `startRuntime` starts it.
 * @param log gets every log entry synchronously; it must copy what it keeps.
 */
export function initRuntime(log: (entry: LogEntry) => void): void {
  // Its check of flows for external modules clones the whole configuration for each tab; they are off here.
  registry.checkFlowDependencies = async () => {};
  const settings = {
    httpAdminRoot: false,
    disableEditor: true,
    storageModule: emptyStorage(),
    credentialSecret: false,
    coreNodesDir: dirname(require.resolve('@node-red/nodes')),
    nodesIncludes: SAFE_CORE_NODES,
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
      modules: { allowInstall: false },
    },
    functionExternalModules: false,
    envVarExcludes: Object.keys(process.env),
    telemetry: { enabled: false },
    diagnostics: { enabled: false, ui: false },
    runtimeState: { enabled: false, ui: false },
    logging: { syncflow: { level: 'warn', metrics: false, audit: false, handler: () => log } },
  };
  util.init(settings);
  runtime.init(settings, null);
}

/** Starts the runtime with no flows. */
export async function startRuntime(): Promise<void> {
  const started = flowsStarted();
  await runtime.start();
  await started;
}

/**
 * Replaces the running flows; nodes that did not change keep running.
 * @throws {Error} when a type is not registered: Node-RED would then stop without a word.
 */
export async function deployFlows(flows: readonly FlowEntry[]): Promise<void> {
  for (const { type } of flows) {
    if (type !== 'tab' && !runtime._.nodes.getType(type))
      throw new Error(`the node type ${type} is not registered`);
  }
  const started = flowsStarted();
  await runtime.flows.setFlows({ flows: { flows }, deploymentType: 'nodes' });
  await started;
}

/** `setFlows` and `start` answer before the flows run. */
function flowsStarted(): Promise<void> {
  return new Promise((resolve) => {
    util.events.once('flows:started', () => resolve());
  });
}

/** Node-RED keeps nothing: pipelines are ours, and so are secrets. Its storage must be a plain object. */
function emptyStorage() {
  let flows: readonly object[] = [];
  return {
    init: async () => {},
    getFlows: async () => flows,
    saveFlows: async (saved: readonly object[]) => {
      flows = saved;
    },
    getCredentials: async () => ({}),
    saveCredentials: async () => {},
    getSettings: async () => ({}),
    saveSettings: async () => {},
    getSessions: async () => ({}),
    saveSessions: async () => {},
    getLibraryEntry: async () => [],
    saveLibraryEntry: async () => {},
  };
}
