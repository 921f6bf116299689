import { jest } from '@jest/globals';
import { Logger, Module, NotFoundException } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { ExternalContextCreator, NestFactory } from '@nestjs/core';
import { WsException } from '@nestjs/websockets';
import { RpcError } from 'nestjs-realtime-protocol';
import { EMPTY, of, throwError } from 'rxjs';
import { openSession } from '../session/open-session.fixture.js';
import { exceptionFiltersOf, filtered } from './exception-filters.js';
import { RpcCall } from '../rpc/rpc-call.js';

const { session } = openSession();
const call = new RpcCall(session, 'chat.send', { a: 1 }, '1', undefined);
const thrown = new Error('thrown by the handler');

const outcomeOf = (act: (exception: unknown, host: ArgumentsHost) => unknown): Promise<unknown> =>
  filtered({ invokeCustomFilters: act }, thrown, call);

describe('filtered', () => {
  it('shows the filter the error and where it arose', async () => {
    const seen: unknown[] = [];
    await outcomeOf((exception, arguments_) => {
      const ws = arguments_.switchToWs();
      seen.push(exception, arguments_.getType(), ws.getClient(), ws.getData(), ws.getPattern(), arguments_.getArgByIndex(2));
      return 'handled';
    });
    expect(seen).toEqual([thrown, 'ws', session, { a: 1 }, 'chat.send', call]);
  });

  it.each([['value'], [0], [null], [false], [{ a: 1 }]])('makes a result of %p', async (value) => {
    expect(await outcomeOf(() => value)).toEqual(value);
    expect(await outcomeOf(async () => value)).toEqual(value);
    expect(await outcomeOf(() => of(1, value))).toEqual(value);
  });

  it.each([RpcError.of('NotFound'), new NotFoundException(), new WsException('x')])(
    'throws what the filter throws as an answer: %p',
    async (other) => {
      await expect(outcomeOf(() => throwError(() => other))).rejects.toBe(other);
      await expect(
        outcomeOf(() => {
          throw other;
        }),
      ).rejects.toBe(other);
    },
  );

  it('throws what the filter returns as an error', async () => {
    const other = new Error('by the filter');
    await expect(outcomeOf(() => other)).rejects.toBe(other);
    await expect(outcomeOf(async () => other)).rejects.toBe(other);
  });

  it('throws the error again if the filter fails, and logs its fault', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const fault = new TypeError('response.status is not a function');
    await expect(outcomeOf(() => Promise.reject(fault))).rejects.toBe(thrown);
    await expect(outcomeOf(() => throwError(() => fault))).rejects.toBe(thrown);
    expect(error.mock.calls).toEqual(
      Array(2).fill([
        expect.stringMatching(/chat\.send.*response\.status is not a function/),
        expect.stringContaining('exception-filters.spec'),
      ]),
    );
    error.mockRestore();
  });

  it('throws the error again if no filter had anything to say', async () => {
    await expect(outcomeOf(() => undefined)).rejects.toBe(thrown);
    await expect(outcomeOf(() => EMPTY)).rejects.toBe(thrown);
    await expect(outcomeOf(async () => undefined)).rejects.toBe(thrown);
  });
});

describe('exceptionFiltersOf', () => {
  it('finds them in the creator of this version of Nest', async () => {
    class AppModule {}
    Module({})(AppModule);
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    expect(typeof exceptionFiltersOf(app.get(ExternalContextCreator)).create).toBe('function');
    await app.close();
  });

  it('says so if they are somewhere else', () => {
    const stranger = Object.create(ExternalContextCreator.prototype) as ExternalContextCreator;
    expect(() => exceptionFiltersOf(stranger)).toThrow(/Nest 12/);
  });
});
