/**
 * The floors of the house: an import never goes up. A new room of `libs/realtime` gets its row here, and a reason in
 * `docs/architecture.md`; a room without a row fails the test.
 */
export const FLOORS: readonly { readonly floor: number; readonly rooms: readonly string[] }[] = [
  { floor: 1, rooms: ['protocol', 'rules', 'observe', 'cluster'] },
  { floor: 2, rooms: ['outbound', 'session', 'redis', 'nats', 'prometheus', 'logging', 'client/base'] },
  { floor: 3, rooms: ['rpc', 'limits', 'claims', 'hub', 'wire', 'client/connection'] },
  { floor: 4, rooms: ['validation', 'pipeline', 'binding', 'auth', 'topics', 'lifecycle', 'presence', 'client/topics'] },
  { floor: 5, rooms: ['admission', 'endpoints', 'methods', 'terminus', 'telemetry', 'client/calls'] },
  { floor: 6, rooms: ['ws', 'http', 'testing', 'client/client'] },
  { floor: 7, rooms: ['grpc', 'client/react'] },
  { floor: 8, rooms: ['options', 'module', 'index'] },
  { floor: 9, rooms: ['apps', 'test'] },
];

/** Rooms of one floor that do not know each other. */
export const STRANGERS: readonly (readonly string[])[] = [['rpc', 'limits', 'hub']];

const FLOOR_OF_ROOM: ReadonlyMap<string, number> = new Map(
  FLOORS.flatMap(({ floor, rooms }) => rooms.map((room) => [room, floor] as const)),
);

/** The room of a file: its folder in `libs/realtime/src`, `index` for the main door, `client/` and its folder in the client, else lib, `apps` or `test`. */
export function roomOf(file: string): string {
  const [top, name, , folder, rest] = file.split('/');
  if (top !== 'libs') return top ?? file;
  const room = rest === undefined ? 'index' : (folder ?? 'index');
  if (name === 'realtime') return room;
  if (name === 'realtime-client') return room === 'index' ? room : `client/${room}`;
  return (name ?? '').replace('realtime-', '');
}

export function floorOf(file: string): number | undefined {
  return FLOOR_OF_ROOM.get(roomOf(file));
}
