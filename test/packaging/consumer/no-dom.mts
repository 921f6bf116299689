/** A program whose compiler knows neither browsers nor Node: `lib: ["ES2022"]`, `types: []`. */
import { CallFailedError, RealtimeClient } from 'nestjs-realtime-client';
import type { ClientOptions, ConnectionState, PendingTopicHold, TopicEvent, WebSocketConstructor } from 'nestjs-realtime-client';
import type { CallOptions, ParsedFrame } from 'nestjs-realtime-protocol';
import { FRAME_LIMIT_DEFAULTS, PendingCalls, parseFrame } from 'nestjs-realtime-protocol';

interface Chat {
  calls: { 'chat.send': (params: { text: string }) => { at: number } };
  pushes: { 'chat.message': { text: string } };
  serves: { 'client.confirm': (params: { question: string }) => boolean };
}

declare const webSocket: WebSocketConstructor;
declare const callOptions: CallOptions;

const options: ClientOptions<Chat> = { webSocket, protocols: async () => ['jsonrpc'] };
const client = new RealtimeClient<Chat>(() => 'wss://example.com/ws', options);
client.handle('client.confirm', ({ question }, { signal }) => question !== '' && !signal.aborted);

const hold: PendingTopicHold = client.subscribe('room:1', (event: TopicEvent<Chat['pushes']>) => {
  if (event.kind === 'push') heard(event.params.text);
});
export const frame: ParsedFrame = parseFrame('{}', FRAME_LIMIT_DEFAULTS);
export const pending = new PendingCalls();
export const sent: Promise<number> = client
  .call('chat.send', { text: 'hello' }, callOptions)
  .then(({ at }) => at)
  .catch((error: unknown) => (error instanceof CallFailedError ? 0 : 1));
client.onState((state: ConnectionState) => heard(state.name));
void hold.unsubscribe();

function heard(_text: string): void {}
