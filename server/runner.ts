/** Entry of a runner process: puts nodes, channels and runtime together. Started by the fleet, never by hand. */
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import { runRunner } from './run-runner.ts';

await runRunner({
  types: ALL_NODE_TYPES,
  channels: ALL_CHANNELS,
  services: ALL_SERVICES,
  outsideEffects: ALL_OUTSIDE_EFFECTS,
});
