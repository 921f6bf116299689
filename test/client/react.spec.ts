import type { ReactNode } from 'react';
import { StrictMode, createElement, useEffect } from 'react';
import { RealtimeClient } from 'nestjs-realtime-client';
import { RealtimeProvider, typedHooks, useConnection, useTopic } from 'nestjs-realtime-client/react';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import type { ChatContract } from './chat-server.js';
import { ChatServer } from './chat-server.js';
import { ReactPage } from './react-page.js';
import { TestClient } from './test-client.js';

const hooks = typedHooks<ChatContract>();

const startChat = (): Promise<RunningNode> => startNode({ providers: [ChatServer], options: { defaultTopicPolicy: 'allow' } });

const push = async (node: RunningNode, text: string, topic = 'room:1'): Promise<number> =>
  (await node.hub.pushToTopic(topic, 'chat.message', { text })).reached;

const app = (client: RealtimeClient<ChatContract>, ...children: readonly ReactNode[]): ReactNode =>
  createElement(StrictMode, null, createElement(RealtimeProvider<ChatContract>, { client }, ...children));

function State(): string {
  return useConnection().name;
}

function LastMessage({ topic }: { readonly topic: string }): string {
  const { push: last, error, gap } = hooks.useTopic(topic);
  return error?.message ?? (gap ? 'gap' : (last?.params.text ?? 'nothing yet'));
}

describe('useConnection()', () => {
  it('says where the connection stands, in a page that mounts everything twice and lets go once', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    {
      await using page = await ReactPage.open(app(client, createElement(State)));
      await eventually(() => expect(page.text).toBe('open'));
      expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 });
      client.reconnect();
      await eventually(() => expect(client.states.filter(({ name }) => name === 'open').length).toBe(2));
      await eventually(() => expect(page.text).toBe('open'));
    }
    await eventually(() => expect(client.state.name).toBe('closed'));
    expect(client.states.map(({ name }) => name)).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open', 'closed']);
  });

  it('stays connected while one of several providers of its client is there', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    const two = [
      createElement('i', { key: 1 }, app(client, createElement(State))),
      createElement('b', { key: 2 }, app(client, createElement(State))),
    ];
    await using page = await ReactPage.open(createElement('p', null, ...two));
    await eventually(() => expect(page.text).toBe('openopen'));
    page.render(createElement('p', null, two[0]));
    await eventually(() => expect(page.text).toBe('open'));
    await client.call('echo');
    expect(page.text).toBe('open');
    page.render(createElement('p'));
    await eventually(() => expect(client.state.name).toBe('closed'));
  });

  it('needs a provider', async () => {
    const { renderToString } = await import('react-dom/server');
    expect(() => renderToString(createElement(State))).toThrow('There is no <RealtimeProvider> above this component');
  });
});

describe('useTopic()', () => {
  it('renders the last push, and lets the topic go with the last component', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    const two = [createElement(LastMessage, { topic: 'room:1', key: 1 }), createElement(LastMessage, { topic: 'room:1', key: 2 })];
    await using page = await ReactPage.open(app(client, ...two));
    await eventually(async () => expect(await push(node, 'hello')).toBe(1));
    await eventually(() => expect(page.text).toBe('hellohello'));
    page.render(app(client, two[0]));
    await eventually(() => expect(page.text).toBe('hello'));
    expect(await push(node, 'still here')).toBe(1);
    await eventually(() => expect(page.text).toBe('still here'));
    page.render(app(client));
    await eventually(async () => expect(await push(node, 'gone')).toBe(0));
  });

  it('shows another topic without what the first one had, a refusal, and a gap', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    await using page = await ReactPage.open(app(client, createElement(LastMessage, { topic: 'room:1' })));
    await eventually(async () => expect(await push(node, 'hello')).toBe(1));
    await eventually(() => expect(page.text).toBe('hello'));
    page.render(app(client, createElement(LastMessage, { topic: 'private:ada' })));
    await eventually(() => expect(page.text).toBe('This topic is not open to you'));
    page.render(app(client, createElement(LastMessage, { topic: 'room:2' })));
    await eventually(async () => expect(await push(node, 'other', 'room:2')).toBe(1));
    await eventually(() => expect(page.text).toBe('other'));
    client.reconnect();
    await eventually(() => expect(page.text).toBe('gap'));
  });

  it('tells the listener of the last rendering, and renders nothing anew', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    const told: string[] = [];
    let renderings = 0;
    function Listening({ name }: { readonly name: string }): string {
      renderings += 1;
      useTopic('room:1', (event) => void told.push(`${name}: ${event.kind}`));
      return name;
    }
    await using page = await ReactPage.open(app(client, createElement(Listening, { name: 'first' })));
    await eventually(async () => expect(await push(node, 'hello')).toBe(1));
    await eventually(() => expect(told).toEqual(['first: push']));
    page.render(app(client, createElement(Listening, { name: 'second' })));
    await eventually(() => expect(page.text).toBe('second'));
    const before = renderings;
    await push(node, 'hello');
    await eventually(() => expect(told).toEqual(['first: push', 'second: push']));
    expect(renderings).toBe(before);
  });
});

describe('useCall()', () => {
  type Echo = (text: string) => Promise<unknown>;
  let echo: Echo = async () => undefined;

  function Calling({ once = false }: { readonly once?: boolean }): string {
    const { data, error, isPending, call } = hooks.useCall('echo');
    useEffect(() => {
      echo = (text) => call({ text });
      if (once) void call({ text: 'mounted' });
    }, [call, once]);
    return isPending ? 'pending' : (error?.message ?? JSON.stringify(data) ?? 'nothing yet');
  }

  it('calls from an effect, also while the connection is still being made', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    const calling = createElement(Calling, { once: true });
    // As in production: nothing is mounted twice.
    await using page = await ReactPage.open(createElement(RealtimeProvider<ChatContract>, { client }, calling));
    await eventually(() => expect(page.text).toBe('{"text":"mounted"}'));
  });

  it('shows the answer of the last call alone, though others come later', async () => {
    const answers: (() => void)[] = [];
    await using node = await startNode({ providers: [ChatServer] });
    await using client = new TestClient(node.url());
    const answer = client.call.bind(client);
    client.call = (async (...args: Parameters<typeof answer>) => {
      const result = await answer(...args);
      await new Promise<void>((resolve) => answers.push(resolve));
      return result;
    }) as typeof client.call;
    await using page = await ReactPage.open(app(client, createElement(Calling)));
    await eventually(() => expect(client.state.name).toBe('open'));
    const both = Promise.all([echo('first'), echo('second')]);
    await eventually(() => expect([page.text, answers.length]).toEqual(['pending', 2]));
    answers[1]?.();
    await eventually(() => expect(page.text).toBe('{"text":"second"}'));
    answers[0]?.();
    await both;
    expect(page.text).toBe('{"text":"second"}');
  });

  it('shows what it failed with, and no rejection is left over', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    function Refused(): string {
      const { error, call } = hooks.useCall('refuse');
      useEffect(() => void call(), [call]);
      return error?.message ?? '';
    }
    await using page = await ReactPage.open(app(client, createElement(Refused)));
    await eventually(() => expect(page.text).toBe('Not twice'));
  });

  it('takes calls back when the component goes', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    function Waiting(): string {
      const { isPending, call } = hooks.useCall('wait');
      useEffect(() => void call(), [call]);
      return String(isPending);
    }
    await using page = await ReactPage.open(app(client, createElement(State), createElement(Waiting)));
    await eventually(() => expect(page.text).toBe('opentrue'));
    page.render(app(client, createElement(State)));
    // Development mounts twice: the call of the first time never left, or was taken back as well.
    await eventually(async () => expect(await client.call('aborted')).toBeGreaterThan(0));
  });
});

describe('a page that a server has rendered', () => {
  it('needs neither a WebSocket nor a network there, and goes on in the browser', async () => {
    await using node = await startChat();
    const { WebSocket: own } = globalThis;
    Reflect.deleteProperty(globalThis, 'WebSocket');
    const { renderToString } = await import('react-dom/server');
    const onServer = new RealtimeClient<ChatContract>('ws://example.com/ws');
    const parts = [createElement(State, { key: 1 }), ' ', createElement(LastMessage, { topic: 'room:1', key: 2 })];
    const html = renderToString(app(onServer, ...parts));
    if (own) globalThis.WebSocket = own;
    expect([html.replaceAll('<!-- -->', ''), onServer.state.name]).toEqual(['idle nothing yet', 'idle']);
    await using client = new TestClient(node.url());
    await using page = await ReactPage.open(app(client, ...parts), html);
    await eventually(async () => expect(await push(node, 'hello')).toBe(1));
    await eventually(() => expect(page.text).toBe('open hello'));
  });
});
