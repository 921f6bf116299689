/** Code that quotes the token it was given, in whatever it throws and however it writes it: it comes out nowhere. */
import {
  BadGatewayException,
  BadRequestException,
  HttpException,
  InternalServerErrorException,
  Logger,
  UnauthorizedException,
} from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { RpcError } from 'nestjs-realtime';
import type { FaultFacts, OpeningRequest, RealtimeObserver, RealtimeOptions } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

/** Written otherwise in JSON and in URLs. */
const SECRET = 'tok3n"with\\odd+letters/in=it';
const FORMS = [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET), 'tok3n', 'odd'];

class Faults implements RealtimeObserver {
  readonly heard: FaultFacts[] = [];

  fault(facts: FaultFacts): void {
    this.heard.push(facts);
  }

  get text(): string {
    return this.heard.map(({ what, error }) => `${what} ${textOf(error)}`).join();
  }
}

const textOf = (fault: unknown): string =>
  fault instanceof Error ? `${fault.message} ${fault.stack} ${JSON.stringify(fault)} ${textOf(fault.cause)}` : String(fault);

const thrown: [string, (token: string) => Error, number, number][] = [
  ['a fault', (token) => new Error(`no row for ${token}`), 500, -32603],
  ['a fault with JSON', (token) => new Error(JSON.stringify({ token })), 500, -32603],
  ['a fault with a URL', (token) => new Error(`GET /introspect?token=${encodeURIComponent(token)}`), 500, -32603],
  ['a fault with a form', (token) => new Error(String(new URLSearchParams({ token }))), 500, -32603],
  ['a fault of the server', (token) => new InternalServerErrorException(`no row for ${token}`), 500, -32603],
  ['a fault of another', (token) => new BadGatewayException({ message: 'refused', request: { url: `/i?${token}` } }), 500, -32603],
  ['an InternalError', (token) => RpcError.of('InternalError', `no row for ${token}`, { rows: [{ token }] }), 500, -32603],
  ['a refusal', (token) => new UnauthorizedException(`${token} is unknown`, { cause: new Error(token) }), 401, -32001],
  ['a refusal with details', (token) => new BadRequestException({ message: 'strange', given: [token, { [token]: 1 }] }), 400, -32602],
  ['a refusal of the protocol', (token) => RpcError.of('Unauthorized', 'no', { given: token }), 401, -32001],
  ['a refusal of a gateway', (token) => new WsException({ status: 401, message: token, given: token }), 500, -32001],
  ['a frozen refusal', (token) => Object.freeze(new UnauthorizedException(token)), 500, -32603],
];

const start = (options: RealtimeOptions, logger: CollectingLogger): Promise<RunningNode> => startNode({ logger, options });

describe('a token that is quoted', () => {
  afterEach(() => {
    Logger.overrideLogger(false);
  });

  it.each(thrown)('in %s is in no log, no fault and no answer', async (_what, make, status, code) => {
    const [logger, faults] = [new CollectingLogger(), new Faults()];
    const authenticator = (token: string): never => {
      throw make(token);
    };
    await using node = await start({ auth: { authenticator }, observers: [faults] }, logger);
    await using peer = await node.connect();
    const login = await peer.request('login', { accessToken: SECRET });
    const opening = await rawUpgrade(node.port, '/ws', { Authorization: `Bearer ${SECRET}` });
    expect([login.error?.code, opening.status]).toEqual([code, status]);
    for (const form of FORMS) expect([...logger.lines, faults.text, JSON.stringify(login), opening.body].join()).not.toContain(form);
  });

  it.each<[string, (token: string) => RealtimeOptions]>([
    ['the admission of the app', (token) => ({ admission: () => Promise.reject(new UnauthorizedException(token)) })],
    ['a guard', (token) => ({ connectGuards: [{ canActivate: () => Promise.reject(new HttpException({ message: token }, 403)) }] })],
    ['an origin', (token) => ({ origins: () => Promise.reject(new Error(token)) })],
  ])('by %s is not either', async (_who, more) => {
    const [logger, faults] = [new CollectingLogger(), new Faults()];
    await using node = await start({ ...more(SECRET), auth: { authenticator: () => ({ userId: 'u' }) }, observers: [faults] }, logger);
    const headers = { Authorization: `Bearer ${SECRET}`, Origin: 'https://a.example' };
    const { status, body } = await rawUpgrade(node.port, '/ws', headers);
    expect([401, 403, 500]).toContain(status);
    for (const form of FORMS) expect([...logger.lines, faults.text, body].join()).not.toContain(form);
  });

  it('leaves an exception what it is, and everything else that it says', async () => {
    const authenticator = (token: string): never => {
      throw new BadRequestException({ message: `The letter ~ is missing in ${token}`, rules: ['one ~ at least'] });
    };
    await using node = await startNode({ options: { auth: { authenticator } } });
    await using peer = await node.connect();
    expect((await peer.request('login', { accessToken: SECRET })).error).toMatchObject({
      code: -32602,
      message: 'The letter ~ is missing in [token]',
      data: { rules: ['one ~ at least'] },
    });
  });
});

it.each(['jsonrpc, bearer.', 'bearer.'])('a token that came as the subprotocol "%s…" is nowhere in the request', async (offered) => {
  const seen: string[] = [];
  const admission = ({ request, headers }: OpeningRequest): boolean => {
    seen.push(JSON.stringify([request.headers, request.rawHeaders, request.headersDistinct, headers, request.url]));
    return true;
  };
  await using node = await startNode({ options: { admission, auth: { authenticator: () => ({ userId: 'u' }) } } });
  const protocols = `${offered}tok3n`.split(', ');
  await using peer = await RpcPeer.connect(node.url(), { protocols: [...protocols, 'jsonrpc.batch'] });
  await peer.settled();
  expect(seen).toHaveLength(1);
  expect(seen[0]).not.toContain('tok3n');
  expect(seen[0]).toContain('jsonrpc.batch');
});

describe('a fault of the server while an opening request is judged', () => {
  it('is 500 without its text, logged once, and told to observers', async () => {
    const [logger, faults] = [new CollectingLogger(), new Faults()];
    const authenticator = (): never => {
      throw new InternalServerErrorException('pool of db-7 is exhausted');
    };
    await using node = await start({ auth: { authenticator }, observers: [faults] }, logger);
    const { status, body } = await rawUpgrade(node.port, '/ws', { Authorization: 'Bearer x' });
    expect([status, JSON.parse(body)]).toEqual([500, { status: 500, reason: 'InternalError', message: 'Internal server error' }]);
    expect(logger.errors).toEqual([expect.stringContaining('pool of db-7 is exhausted')]);
    expect(faults.heard).toEqual([{ what: 'Admission failed', error: expect.any(Error), errorId: expect.any(String) }]);
    Logger.overrideLogger(false);
  });

  it('keeps its words if it says that there is no service now', async () => {
    const admission = (): never => {
      throw new HttpException('Closed until noon', 503);
    };
    await using node = await startNode({ options: { admission } });
    const { status, body } = await rawUpgrade(node.port);
    expect([status, JSON.parse(body)]).toEqual([503, expect.objectContaining({ message: 'Closed until noon' })]);
  });
});
