import { EndpointDirectory } from './endpoint-directory.js';

const directory = (path = '/ws', port = 0): EndpointDirectory => new EndpointDirectory(path, port, () => undefined);

describe('EndpointDirectory', () => {
  it('has one endpoint for each place, made when it is first asked for', () => {
    const endpoints = directory();
    expect(endpoints.all()).toEqual([]);
    const main = endpoints.at(undefined, 0);
    expect([endpoints.at('', 0), endpoints.at('/ws', 0), endpoints.at('ws', 0), endpoints.at('/ws/', 0)]).toEqual([main, main, main, main]);
    expect(endpoints.at('/other', 0)).not.toBe(main);
    expect(endpoints.at('/ws', 3001)).not.toBe(main);
    expect(endpoints.all()).toHaveLength(3);
    expect(endpoints.ports().sort()).toEqual([0, 3001]);
  });

  it('puts endpoints that name no port on that of the module', () => {
    const endpoints = directory('/ws', 4000);
    expect(endpoints.at('/a', 0).port).toBe(4000);
    expect(endpoints.at('/a', 0)).toBe(endpoints.at('/a', 4000));
    expect(endpoints.ports()).toEqual([4000]);
  });

  it('finds the endpoint of a path, with its parameters', () => {
    const endpoints = directory();
    const tenant = endpoints.at('/ws/:tenant', 0);
    expect(endpoints.find('/ws/acme', 0)).toEqual({ endpoint: tenant, params: { tenant: 'acme' } });
    expect(endpoints.find('/ws', 0)).toBeUndefined();
    expect(endpoints.find('/ws/acme', 3001)).toBeUndefined();
  });

  it.each([[['/ws/:tenant', '/ws/lobby']], [['/ws/lobby', '/ws/:tenant']]])(
    'prefers what is written out, whatever the order: %p',
    (paths) => {
      const endpoints = directory('/main');
      for (const path of paths) endpoints.at(path, 0);
      expect(endpoints.find('/ws/lobby', 0)?.endpoint.pattern.text).toBe('/ws/lobby');
      expect(endpoints.find('/ws/x', 0)?.endpoint.pattern.text).toBe('/ws/:tenant');
    },
  );

  it('keeps a fault when one place gets two sets of names', () => {
    const endpoints = directory();
    endpoints.at('/ws/:tenant', 0);
    endpoints.at('/ws/:tenant/', 0);
    expect(endpoints.faults).toEqual([]);
    endpoints.at('/ws/:customer', 0);
    expect(endpoints.faults).toEqual([expect.stringMatching(/\/ws\/:tenant.*\/ws\/:customer/)]);
  });

  it('throws for a path of its own that is not properly encoded', () => {
    const endpoints = directory();
    endpoints.at('/ws/:tenant', 0);
    expect(() => endpoints.find('/ws/%', 0)).toThrow(URIError);
    expect(endpoints.find('/other/%', 0)).toBeUndefined();
  });
});
