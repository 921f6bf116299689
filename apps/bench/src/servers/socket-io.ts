/** The peer socket.io. */
import { serveSocketIo } from './serve-socket-io.js';

serveSocketIo();
