/** From a pipeline as it is kept to what a host shall do with it. */
import { runningPart } from '../flow/running-part.ts';
import type { PipelineId } from '../ids.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import type { PipelineDocument } from '../pipelines/pipeline-model.ts';
import { validateGraph } from '../pipelines/validate.ts';
import type { HostedPipeline } from './host.ts';

/**
 * null: a person has paused it, so its events pass it by. One that can't run, or was paused by the safe mode, is held
 * back: its events wait for it as dead letters. A pipeline of one client that is wrong never keeps others from running.
 */
export function hostedOf(document: PipelineDocument, types: NodeTypes): HostedPipeline | null {
  const { _id, clientId, name, graph, state, safeMode } = document;
  const pipeline = { id: _id as PipelineId, clientId, name, graph: runningPart(graph) };
  if (safeMode) {
    return {
      ...pipeline,
      heldBack: {
        reason: `The flow "${name}" is paused: ${safeMode.reason}`,
        fix: 'Mend the flow and resume it. What waits for it then runs by itself.',
      },
    };
  }
  if (state === 'paused') return null;
  const [problem] = validateGraph(graph, types);
  if (!problem) return pipeline;
  return {
    ...pipeline,
    heldBack: {
      reason: `The flow "${name}" can't run. ${problem.text}`,
      fix: 'Mend the flow, then retry.',
    },
  };
}
