import type { ExternalContextCreator } from '@nestjs/core';
import type { CompletedParams } from './handler-params.js';
import type { ProviderMethod } from './provider-methods.js';
import { staticEnhancers } from './static-enhancers.js';

const FOUND = { wrapper: { instance: {}, id: 'id' }, method: () => undefined, moduleKey: 'key' } as unknown as ProviderMethod;
const PARAMS = { key: 'params', params: { '3:0': { index: 0, pipes: ['own'] } }, types: [String] } as unknown as CompletedParams;

type Members = Record<string, unknown>;

const named = (name: string): Members => ({ create: () => [name] });
const pipes: Members = { create: () => ['class'], createConcreteContext: (own: unknown[]) => own };
const WHOLE = { guardsContextCreator: named('guard'), interceptorsContextCreator: named('interceptor'), pipesContextCreator: pipes };

const asked = (members: Members): ReturnType<typeof staticEnhancers> =>
  staticEnhancers(members as unknown as ExternalContextCreator, FOUND, PARAMS);

describe('staticEnhancers', () => {
  it('are what Nest’s creators give, with the pipes of a parameter behind those of all', () => {
    expect(asked(WHOLE)).toMatchObject({
      guards: ['guard'],
      interceptors: ['interceptor'],
      params: [{ index: 0, isCustom: false, pipes: ['class', 'own'], metadata: { type: 'body', metatype: String } }],
    });
  });

  it.each<[string, Members]>([
    ['guards are created elsewhere', { ...WHOLE, guardsContextCreator: undefined }],
    ['interceptors are created elsewhere', { ...WHOLE, interceptorsContextCreator: {} }],
    ['pipes are created elsewhere', { ...WHOLE, pipesContextCreator: null }],
    ['pipes of parameters are created elsewhere', { ...WHOLE, pipesContextCreator: named('pipe') }],
    ['guards come as something else', { ...WHOLE, guardsContextCreator: { create: () => new Set() } }],
    ['pipes of parameters come as something else', { ...WHOLE, pipesContextCreator: { ...pipes, createConcreteContext: () => null } }],
  ])('are not known where %s', (_where, members) => {
    expect(asked(members)).toBeUndefined();
  });
});
