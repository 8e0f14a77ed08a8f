/** Who looks at which flow at this moment, and which of its nodes they have chosen: told to the others who look at it. */
import type { Server, Socket } from 'socket.io';
import { z } from 'zod';
import { type ClientId, PipelineId } from '#runtime/ids.ts';
import type { PresentMessage } from '../api/views.ts';

/** What a page says: where it is. null: at no flow any more. */
const Place = z.strictObject({ pipelineId: PipelineId, node: z.string().max(40).nullable() }).nullable();

export interface PresenceData {
  name?: string;
  place?: { readonly room: string; readonly pipelineId: PipelineId; readonly node: string | null };
}

interface FromPage {
  at: (place: unknown) => void;
}
interface ToPage {
  present: (message: PresentMessage) => void;
}

type Pages = Pick<Server<FromPage, ToPage, Record<string, never>, PresenceData>, 'in'>;

/** Nobody chooses nodes faster; what comes beyond is left out until the next second. */
const MOVES_PER_SECOND_MAX = 10;

/** Follows one page. It is told of others of the same client alone. */
export function followPresence(
  io: Pages,
  socket: Socket<FromPage, ToPage, Record<string, never>, PresenceData>,
  clientId: ClientId,
  name: string,
): void {
  socket.data.name = name;
  let moves = 0;
  const calm = setInterval(() => {
    moves = 0;
  }, 1_000);
  socket.on('at', (said) => {
    moves += 1;
    const place = Place.safeParse(said);
    if (!place.success || moves > MOVES_PER_SECOND_MAX) return;
    const before = socket.data.place?.room;
    const room = place.data && `flow:${clientId}/${place.data.pipelineId}`;
    if (before !== undefined && before !== room) void socket.leave(before);
    if (place.data && room) {
      socket.data.place = { room, ...place.data };
      void socket.join(room);
    } else delete socket.data.place;
    for (const one of new Set([before, room])) if (one) void tell(io, one);
  });
  socket.on('disconnect', () => {
    clearInterval(calm);
    const room = socket.data.place?.room;
    if (room !== undefined) void tell(io, room);
  });
}

async function tell(io: Pages, room: string): Promise<void> {
  const sockets = await io.in(room).fetchSockets();
  for (const socket of sockets) {
    const { place } = socket.data;
    if (!place) continue;
    const others = sockets.filter(({ id }) => id !== socket.id);
    socket.emit('present', {
      pipelineId: place.pipelineId,
      people: others.map(({ id, data }) => ({ id, name: data.name ?? '', node: data.place?.node ?? null })),
    });
  }
}
