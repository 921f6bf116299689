/**
 * The floors of the house: an import never goes up. A new room of `libs/realtime` gets its row here, and a reason in
 * `docs/architecture.md`; a room without a row fails the test.
 */
export const FLOORS: readonly { readonly floor: number; readonly rooms: readonly string[] }[] = [
  { floor: 1, rooms: ['protocol', 'observe', 'cluster'] },
  { floor: 2, rooms: ['session', 'redis', 'nats', 'prometheus', 'logging', 'client'] },
  { floor: 3, rooms: ['rpc', 'limits', 'hub'] },
  { floor: 4, rooms: ['auth', 'topics', 'lifecycle', 'presence'] },
  { floor: 5, rooms: ['admission', 'methods', 'terminus', 'telemetry'] },
  { floor: 6, rooms: ['ws', 'http', 'testing'] },
  { floor: 7, rooms: ['grpc'] },
  { floor: 8, rooms: ['house'] },
  { floor: 9, rooms: ['apps', 'test'] },
];

/** Rooms of one floor that do not know each other. */
export const STRANGERS: readonly (readonly string[])[] = [['rpc', 'limits', 'hub']];

const FLOOR_OF_ROOM: ReadonlyMap<string, number> = new Map(
  FLOORS.flatMap(({ floor, rooms }) => rooms.map((room) => [room, floor] as const)),
);

/** The room of a file: its folder in `libs/realtime/src`, `house` for the files beside the folders, else lib, `apps` or `test`. */
export function roomOf(file: string): string {
  const [top, name, , folder, rest] = file.split('/');
  if (top !== 'libs') return top ?? file;
  if (name === 'realtime') return rest === undefined ? 'house' : (folder ?? 'house');
  return (name ?? '').replace('realtime-', '');
}

export function floorOf(file: string): number | undefined {
  return FLOOR_OF_ROOM.get(roomOf(file));
}
