/** Calls to addresses of flows, at `/hooks/in/<name>`: who calls, what it is, then the inbox, then the answer, in this order. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { readCall } from '#nodes/logic/read-webhook.ts';
import { WebhookInConfig } from '#nodes/logic/webhook-in.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { NewEvent } from '#runtime/events/inbox.ts';
import { findHookAddress, type HookAddress } from '#runtime/hooks/hook-address.ts';
import type { ClientId } from '#runtime/ids.ts';
import { type PipelineDocument, pipelineOf } from '#runtime/pipelines/pipeline-model.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import type { Log } from '../log.ts';
import { sendProblem } from '../problem.ts';

export interface IncomingCallOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly log: Log;
  /** Keeps an event on disk; null: nothing more is taken just now. */
  readonly keep: (event: NewEvent) => Promise<'new' | 'known' | null>;
  readonly accepted: (clientId: ClientId) => void;
  readonly notNow: (response: Parameters<RequestHandler>[1]) => void;
}

interface Known {
  readonly address: HookAddress;
  readonly state: 'running' | 'paused';
  readonly config: WebhookInConfig;
  readonly secret: string;
  readonly untilMs: number;
}

/** An address that is made anew, or a flow that is changed, counts after this time at the latest. */
const KNOWN_MS = 5_000;
const KNOWN_MAX = 10_000;

export function incomingCall(options: IncomingCallOptions): RequestHandler {
  const { log } = options;
  const known = new Map<string, Known>();

  async function find(name: string): Promise<Known | null> {
    const kept = known.get(name);
    if (kept && kept.untilMs > Date.now()) return kept;
    known.delete(name);
    const found = await look(options, name);
    if (!found) return null;
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(name, found);
    return found;
  }

  return async (request, response) => {
    const hook = await find(String(request.params.name));
    if (!hook) {
      sendProblem(
        response,
        404,
        'Unknown address',
        'No flow takes calls here. It may have been removed, or given another address.',
      );
      return;
    }
    const { clientId, pipelineId, nodeId } = hook.address;
    if (hook.state === 'paused') {
      options.notNow(response);
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([header, value]) => [
        header,
        Array.isArray(value) ? value[0] : value,
      ]),
    );
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const reading = readCall(hook.config, hook.secret, { headers, body });
    if (reading.kind === 'refused') {
      const { status, reason } = reading;
      log.warn(
        { client: clientId, flow: pipelineId, status, reason },
        'a call of a flow was refused and not kept',
      );
      sendProblem(response, status, 'Call refused', `${reason} Nothing was kept.`);
      return;
    }
    const callId = reading.callId ?? randomUUID();
    const kept = await options.keep({
      clientId,
      source: 'syncflow',
      topic: 'webhook.received',
      dedupeKey: `call:${pipelineId}:${nodeId}:${callId}`,
      partition: `${pipelineId}:${nodeId}:${callId}`,
      body: Buffer.from(JSON.stringify(reading.item)),
      to: { pipelineId, nodeId },
    });
    if (kept === null) options.notNow(response);
    else {
      if (kept === 'new') options.accepted(clientId);
      response.status(200).json({ accepted: true });
    }
  };
}

async function look({ database, vault }: IncomingCallOptions, name: string): Promise<Known | null> {
  const address = await findHookAddress(database.db, name);
  const pipeline = address && (await pipelineOf(database.models, address.clientId, address.pipelineId));
  const config = pipeline && configOf(pipeline, address.nodeId);
  if (!config) return null;
  const secret = String(vault.open(address._id, address.secret));
  return { address, state: pipeline.state, config, secret, untilMs: Date.now() + KNOWN_MS };
}

/** The settings of the trigger as it is deployed; null: it is not, or is switched off. */
function configOf({ version, graph }: PipelineDocument, nodeId: string): WebhookInConfig | null {
  const node = graph.nodes.find(
    ({ id, type, disabled }) => id === nodeId && type === 'webhook-in' && !disabled,
  );
  const parsed = version > 0 && node ? WebhookInConfig.safeParse(node.config) : null;
  return parsed?.data ?? null;
}
