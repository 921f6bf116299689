import {
  BadRequestException,
  ConflictException,
  ForbiddenException,
  GoneException,
  HttpException,
  ImATeapotException,
  InternalServerErrorException,
  NotFoundException,
  PayloadTooLargeException,
  RequestTimeoutException,
  ServiceUnavailableException,
  UnauthorizedException,
  UnprocessableEntityException,
} from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { RPC_ERRORS, RpcError } from 'nestjs-realtime';
import type { RpcErrorReason } from 'nestjs-realtime';
import type { WireMessage } from '../support/rpc-peer.js';
import { startConformanceNode } from './conformance-node.js';
import { ThrowingGateway } from './throwing.gateway.js';

const OWN = 'Said by the application';

/** Every InternalError has an id of its own, which the log has too. */
function withoutErrorId(error: WireMessage['error']): WireMessage['error'] {
  if (error?.code !== -32603) return error;
  const { errorId, ...data } = error.data as Record<string, unknown>;
  expect(errorId).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
  const { code, message, reason } = error;
  return { code, message, reason, ...(Object.keys(data).length === 0 ? {} : { data }) };
}

/** The error that a peer sees when a handler throws this, at once and later. */
async function errorFor(thrown: unknown): Promise<WireMessage['error']> {
  await using node = await startConformanceNode({ providers: [ThrowingGateway] });
  await using peer = await node.connect();
  node.app.get(ThrowingGateway).thrown = thrown;
  const [now, later] = [await peer.request('throw.now'), await peer.request('throw.later')];
  expect(withoutErrorId(later.error)).toEqual(withoutErrorId(now.error));
  return withoutErrorId(now.error);
}

describe('a handler that throws', () => {
  it.each<[number, HttpException, number, RpcErrorReason]>([
    [400, new BadRequestException(OWN), -32602, 'InvalidParams'],
    [401, new UnauthorizedException(OWN), -32001, 'Unauthorized'],
    [403, new ForbiddenException(OWN), -32003, 'PermissionDenied'],
    [404, new NotFoundException(OWN), -32004, 'NotFound'],
    [408, new RequestTimeoutException(OWN), -32008, 'Timeout'],
    [409, new ConflictException(OWN), -32009, 'Conflict'],
    [410, new GoneException(OWN), -32603, 'InternalError'],
    [413, new PayloadTooLargeException(OWN), -32013, 'PayloadTooLarge'],
    [418, new ImATeapotException(OWN), -32603, 'InternalError'],
    [422, new UnprocessableEntityException(OWN), -32602, 'InvalidParams'],
    [429, new HttpException(OWN, 429), -32029, 'TooManyRequests'],
    [500, new InternalServerErrorException(OWN), -32603, 'InternalError'],
    [503, new ServiceUnavailableException(OWN), -32053, 'ServiceUnavailable'],
  ])('an HttpException of status %i answers with the code of that row [C27 C26]', async (_status, exception, code, reason) => {
    expect(await errorFor(exception)).toEqual({ code, message: OWN, reason });
  });

  it.each([
    ['without a message', new NotFoundException(), { code: -32004, message: 'Not Found', reason: 'NotFound' }],
    ['with text as body', new HttpException('Full', 409), { code: -32009, message: 'Full', reason: 'Conflict' }],
    [
      'with members of its own',
      new ConflictException({ message: 'Taken', by: 'u1' }),
      { code: -32009, message: 'Taken', reason: 'Conflict', data: { by: 'u1' } },
    ],
    [
      'with a description',
      new ForbiddenException('Not yours', 'Ownership'),
      { code: -32003, message: 'Not yours', reason: 'PermissionDenied' },
    ],
  ])('an HttpException %s answers with what it says [C27]', async (_case, exception, error) => {
    expect(await errorFor(exception)).toEqual(error);
  });

  it('an HttpException without a body answers with the row of its status [C27]', async () => {
    expect(await errorFor(new HttpException(null as never, 409))).toMatchObject({ code: -32009, reason: 'Conflict' });
  });

  it('the array of sentences of a ValidationPipe answers with data.errors [C29]', async () => {
    const error = await errorFor(new BadRequestException(['name must be a string', 'age must be a number']));
    expect(error).toMatchObject({ code: -32602, reason: 'InvalidParams', message: RPC_ERRORS.InvalidParams.message });
    expect(error?.data).toEqual({
      errors: [
        { path: '', constraints: { validation: 'name must be a string' } },
        { path: '', constraints: { validation: 'age must be a number' } },
      ],
    });
  });

  it('a 429 with retryAfterMs says when to come again [C30]', async () => {
    const error = await errorFor(new HttpException({ message: 'Slow down', retryAfterMs: 250 }, 429));
    expect(error).toEqual({ code: -32029, reason: 'TooManyRequests', message: 'Slow down', data: { retryAfterMs: 250 } });
    expect(await errorFor(RpcError.of('TooManyRequests', undefined, { retryAfterMs: 9 }))).toMatchObject({ data: { retryAfterMs: 9 } });
  });

  it.each(Object.entries(RPC_ERRORS))('an RpcError of the row %s answers with the row [C28 S6]', async (reason, { code, message }) => {
    expect(await errorFor(RpcError.of(reason as RpcErrorReason))).toEqual({ code, message, reason });
    expect(await errorFor(RpcError.of(reason as RpcErrorReason, OWN, { a: [1] }))).toEqual({
      code,
      message: OWN,
      reason,
      data: { a: [1] },
    });
  });

  it.each([1, 0, -1, 42_000, -31_999, -32_769, 2_147_483_647])(
    'an RpcError with the code %i of its own keeps it [C28 S7]',
    async (code) => {
      expect(await errorFor(new RpcError(code, OWN))).toEqual({ code, message: OWN });
      expect(await errorFor(new RpcError(code, OWN, { reason: 'Full', data: null }))).toEqual({
        code,
        message: OWN,
        reason: 'Full',
        data: null,
      });
    },
  );

  it.each([
    ['text', new WsException(OWN), { code: -32603, message: OWN, reason: 'InternalError' }],
    ['a message', new WsException({ message: OWN }), { code: -32603, message: OWN, reason: 'InternalError' }],
    ['a status', new WsException({ status: 404, message: OWN }), { code: -32004, message: OWN, reason: 'NotFound' }],
    ['a code of the application', new WsException({ code: 7, message: OWN, shelf: 'a' }), { code: 7, message: OWN, data: { shelf: 'a' } }],
    ['a code of the table', new WsException({ code: -32004, message: OWN }), { code: -32004, message: OWN, reason: 'NotFound' }],
    ['a reserved code', new WsException({ code: -32050, message: OWN }), { code: -32603, message: OWN, reason: 'InternalError' }],
  ])('a WsException with %s answers with what it says [C28]', async (_case, exception, error) => {
    expect(await errorFor(exception)).toEqual(error);
  });
});

describe('params that break the rules of a DTO', () => {
  it('are answered with the paths and the rules [C29 S6]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const { error } = await peer.request('strict.subtract', { minuend: 'x' });
    expect(error).toMatchObject({ code: -32602, reason: 'InvalidParams' });
    expect(error?.data).toEqual({
      errors: [
        { path: 'minuend', constraints: { isNumber: expect.any(String) } },
        { path: 'subtrahend', constraints: { isNumber: expect.any(String) } },
      ],
    });
  });

  it.each([[[1, 2]], [[]], [undefined], [{}]])('are %j where members are wanted [C29]', async (params) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await peer.request('strict.subtract', params)).toMatchObject({ error: { code: -32602, data: { errors: expect.any(Array) } } });
  });
});
