/** The chat page: puts the parts together. */
import { ChatSession } from './chat-session.js';
import { parseCommand } from './commands.js';
import { ComposerView } from './composer-view.js';
import { ConnectionView } from './connection-view.js';
import { byId } from './element.js';
import { FramesView } from './frames-view.js';
import { MessagesView } from './messages-view.js';
import { NoticeView } from './notice-view.js';
import { readPageSettings, socketUrl } from './page-settings.js';
import type { Line } from './room-book.js';
import { RoomsView } from './rooms-view.js';
import { SignInMemory } from './sign-in-memory.js';
import { SignInView } from './sign-in-view.js';
import { countOf, errorInWords } from './wording.js';

/** How often the list of rooms is asked for while somebody looks, in ms. */
const REFRESH_MS = 20_000;

const settings = readPageSettings();
const notice = new NoticeView();
const frames = new FramesView(window.matchMedia('(min-width: 68rem)').matches);
const session = new ChatSession(
  { url: socketUrl(settings.socket, location), platform: settings.platform, methods: settings.methods },
  new SignInMemory(sessionStorage),
  {
    identityChanged: (me, problem) => {
      notice.clear();
      door.show(me, problem);
      show();
      if (me) composer.focus();
    },
    roomsChanged: () => show(),
    trouble: (sentence) => notice.show(sentence),
  },
);
const door = new SignInView(
  settings.wellKnown,
  (username, password) => session.signIn(username, password),
  () => session.signOut(),
);
const connection = new ConnectionView(session.client, () => session.me !== undefined);
const rooms = new RoomsView((room) => {
  const isJoined = session.book.get(room)?.joined === true;
  if (isJoined) session.select(room);
  else attempt(session.join(room));
  composer.focus();
});
const messages = new MessagesView(() => session.me?.userId, {
  again: (line) => {
    const room = session.book.current?.name;
    if (room === undefined || line.kind !== 'outgoing') return;
    session.discard(room, line);
    attempt(session.say(room, line.text));
  },
  discard: (line: Line) => {
    const room = session.book.current?.name;
    if (room !== undefined) session.discard(room, line);
  },
});
const composer = new ComposerView((line) => obey(line));

session.client.onFrame((frame) => frames.add(frame));
session.client.onState((state) => {
  connection.show(state);
  if (state.name === 'open') notice.clear();
});

byId('new-room', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const name = byId('new-room-name', HTMLInputElement);
  if (name.value.trim() === '') return;
  attempt(session.join(name.value));
  name.value = '';
  composer.focus();
});

byId('leave-room', HTMLButtonElement).addEventListener('click', () => {
  const room = session.book.current?.name;
  if (room !== undefined) attempt(session.leave(room));
});

document.addEventListener('keydown', (event) => {
  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
  const room = session.book.neighbour(event.key === 'ArrowUp' ? -1 : 1);
  if (room === undefined) return;
  event.preventDefault();
  session.select(room);
});

window.setInterval(() => {
  if (document.visibilityState === 'visible') session.refresh().catch(() => undefined); // The next one may succeed.
}, REFRESH_MS);

show();
connection.show(session.client.state);
await resume();

async function resume(): Promise<void> {
  door.setBusy(true);
  try {
    await session.resume();
  } catch {
    // Survived: the sign-in of before has run out, and the form is there.
  } finally {
    door.setBusy(false);
  }
}

function show(): void {
  rooms.show(session.book);
  messages.show(session.book);
  composer.setOpen(session.book.current !== undefined);
}

/** @returns whether the line was taken; one that is not stays in the composer */
function obey(line: string): boolean {
  const command = parseCommand(line);
  const room = session.book.current?.name;
  if (!command || room === undefined) return false;
  switch (command.kind) {
    case 'say':
      attempt(session.say(room, command.text));
      return true;
    case 'join':
      attempt(session.join(command.room));
      return true;
    case 'leave':
      attempt(session.leave(room));
      return true;
    case 'announce':
      attempt(session.announce(command.text));
      return true;
    case 'kick':
      attempt(kick(command.userId, command.reason));
      return true;
    case 'help':
      session.note({ kind: 'help' });
      return true;
    case 'unclear':
      notice.show(command.hint, 'plain');
      return false;
  }
}

async function kick(userId: string, reason: string): Promise<void> {
  const kicked = await session.kick(userId, reason);
  const words = kicked === 0 ? `${userId} is not connected` : `${userId} was sent away (${countOf(kicked, 'session', 'sessions')})`;
  session.note({ kind: 'note', text: words });
}

/** Does something that may fail, and says so if it does. */
function attempt(deed: Promise<unknown>): void {
  notice.clear();
  deed.catch((error: unknown) => notice.show(errorInWords(error)));
}
