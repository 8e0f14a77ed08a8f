/** Entry of a runner process that has bad nodes beside the good ones. */
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import { runRunner } from '#server/run-runner.ts';
import { TYPES_WITH_BAD_NODES } from './bad-nodes.ts';

await runRunner({
  types: TYPES_WITH_BAD_NODES,
  channels: ALL_CHANNELS,
  services: ALL_SERVICES,
  outsideEffects: ALL_OUTSIDE_EFFECTS,
});
