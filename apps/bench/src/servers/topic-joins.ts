/**
 * How the cost of joining a topic grows with the topic. Runs in one process, over connections in memory, so that the number of
 * sessions does not depend on file descriptors. Prints one line of JSON. Arguments: how often, then the numbers of sessions.
 */
import type { Server } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubService, RealtimeModule } from 'nestjs-realtime';
import { JSON_RPC } from '../dialects/json-rpc.js';
import { textFrames } from '../load/masked-frame.js';
import { MemorySocket } from './memory-socket.js';
import type { JoinSample } from './join-sample.js';

@Module({ imports: [RealtimeModule.forRoot({ path: JSON_RPC.path, defaultTopicPolicy: 'allow' })] })
class JoinModule {}

/** Before anything is measured, so that the first size does not pay for the compiler. */
const WARM_UP = Object.freeze({ sessions: 1000, repeats: 20 });

/** Sessions whose requests arrive in one tick; a constant, so that the garbage of a tick does not grow with the topic. */
const AT_ONCE = 250;

const [repeats = 1, ...sizes] = process.argv.slice(2).map(Number);
const app = await NestFactory.create(JoinModule, { logger: ['error', 'warn'] });
await app.init();
const hub = app.get(HubService);
const http = app.getHttpServer() as Server;

let allAnswered: () => void = () => undefined;
let awaited = 0;
const sockets: MemorySocket[] = [];
const samples: JoinSample[] = [];

grow(WARM_UP.sessions);
for (let i = 0; i < WARM_UP.repeats; i++) await measureJoins(`warm-up-${i}`);
for (const sessions of sizes) {
  grow(sessions);
  for (let i = 0; i < repeats; i++) samples.push(await measureJoins(`topic-${sessions}-${i}`));
}
console.log(JSON.stringify(samples));
process.exit();

function grow(sessions: number): void {
  while (sockets.length < sessions) {
    const socket = new MemorySocket(count);
    socket.open(http, JSON_RPC.path);
    sockets.push(socket);
  }
  if (hub.stats().sessions.open !== sessions) throw new Error(`${hub.stats().sessions.open} sessions are open instead of ${sessions}`);
}

/** All sessions join one topic: on their own request, then another one by order of the server. */
async function measureJoins(topic: string): Promise<JoinSample> {
  const sessions = sockets.length;
  const ids = hub.find({ kind: 'all' }).map(({ id }) => id);
  const requestMicros = (await cpuMicros(() => request(topic))) / sessions;
  expectMembers(topic, sessions);
  const hubMicros =
    (await cpuMicros(async () => {
      for (const sessionId of ids) await hub.subscribe({ kind: 'session', sessionId }, `${topic}:hub`);
    })) / sessions;
  expectMembers(`${topic}:hub`, sessions);
  // Emptied again: the next topic starts from nothing, and no session collects topics.
  await hub.unsubscribe({ kind: 'all' }, topic);
  await hub.unsubscribe({ kind: 'all' }, `${topic}:hub`);
  return { sessions, requestMicros, hubMicros };
}

/** Every socket sends its subscribe request and gets its answer, some of them at a time. */
async function request(topic: string): Promise<void> {
  const frame = textFrames([JSON_RPC.subscribe(1, topic)]);
  for (let from = 0; from < sockets.length; from += AT_ONCE) {
    const some = sockets.slice(from, from + AT_ONCE);
    awaited = some.length;
    const done = new Promise<void>((resolve) => (allAnswered = resolve));
    // A copy for each: the server unmasks in place.
    for (const socket of some) socket.push(Buffer.from(frame));
    await done;
  }
}

function count(text: string): void {
  if (!text.includes('"subscribed"')) throw new Error(`A session could not join: ${text}`);
  if (--awaited === 0) allAnswered();
}

function expectMembers(topic: string, sessions: number): void {
  const { length } = hub.find({ kind: 'topic', topic });
  if (length !== sessions) throw new Error(`The topic has ${length} members instead of ${sessions}`);
}

async function cpuMicros(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
