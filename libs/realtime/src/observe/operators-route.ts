/** Routes for operators: probes and metrics. What stands around all routes of the app must not change what a machine reads there. */
import { Controller } from '@nestjs/common';
import type { Type } from '@nestjs/common';

/** What Express and Fastify have in common. */
export interface OperatorsReply {
  status(code: number): OperatorsReply;
  header(name: string, value: string): OperatorsReply;
  send(body: unknown): unknown;
}

/** Makes a controller of a class that answers through its `@Res()`: what it would return is what interceptors wrap, store and replace. */
export function serveAt(path: string | [], decorators: readonly ClassDecorator[], controller: Type): Type {
  Controller(path)(controller);
  for (const decorate of decorators) decorate(controller);
  return controller;
}
