/** Runs Nest's exception filters for RPC calls, global ones included. */
import type { ArgumentsHost } from '@nestjs/common';
import type { ContextId, ExternalContextCreator } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/internal';
import { PLAIN_RESULT, settleResult } from './handler-result.js';
import { isAnswer, logFilterFault } from '../rpc/error-mapper.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import { CallAbortedError } from '../rpc/rpc-call.js';

/** The filters around one handler. */
export interface ExceptionFilters {
  /** What the first matching filter returns; undefined if none matches. */
  invokeCustomFilters(exception: unknown, host: ArgumentsHost): unknown;
}

/** Puts the filters of a handler together: method, class, global. */
export interface ExceptionFiltersCreator {
  create(instance: object, callback: unknown, moduleKey: string, contextId?: ContextId, inquirerId?: string): ExceptionFilters;
}

/**
 * Nest's own proxy would log every error, also those that clients make, so the filters are run here without it. The member is
 * private in Nest's types; its shape is checked when the app boots.
 */
export function exceptionFiltersOf(creator: ExternalContextCreator): ExceptionFiltersCreator {
  const filters: unknown = creator['filtersContextCreator'];
  if (typeof filters === 'object' && filters !== null && 'create' in filters && typeof filters.create === 'function') {
    return filters as ExceptionFiltersCreator;
  }
  throw new Error('This version of @nestjs/core keeps exception filters elsewhere; nestjs-realtime needs Nest 12');
}

/**
 * What the exception filters make of an error: a filter may throw an RpcError, HttpException or WsException, or return an error or an Observable of one; any
 * other value becomes the result of the call. A filter that returns nothing has not handled it, nor has one that fails by anything else that is thrown:
 * filters for HTTP do so here, such as Nest's `BaseExceptionFilter`, for want of a response.
 */
export async function filtered(filters: ExceptionFilters, thrown: unknown, call: RpcCall): Promise<unknown> {
  // Nobody waits any more: there is nothing to answer, and nothing went wrong.
  if (thrown instanceof CallAbortedError) throw thrown;
  const host = new ExecutionContextHost([call.session, call.params, call, call.method]);
  host.setType('ws');
  let outcome: unknown;
  try {
    outcome = await settleResult(filters.invokeCustomFilters(thrown, host), call, PLAIN_RESULT);
  } catch (fault) {
    if (fault === thrown || isAnswer(fault) || fault instanceof CallAbortedError) throw fault;
    logFilterFault(fault, call.method);
    throw thrown;
  }
  if (outcome === undefined) throw thrown;
  if (outcome instanceof Error) throw outcome;
  return outcome;
}
