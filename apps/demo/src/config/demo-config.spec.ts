import { DemoConfig, DemoConfigError } from './demo-config.js';

describe("the demo's settings", () => {
  it('need no environment at all, and make a secret that is another one each time', () => {
    const [first, second] = [DemoConfig.fromEnv({}), DemoConfig.fromEnv({})];
    expect(first).toMatchObject({ port: 3000, host: '127.0.0.1', jwtSecret: { from: 'start' } });
    expect(first.jwtSecret.text.length).toBeGreaterThanOrEqual(32);
    expect(first.jwtSecret.text).not.toBe(second.jwtSecret.text);
  });

  it('come from the environment', () => {
    const config = DemoConfig.fromEnv({ PORT: '8080', HOST: '0.0.0.0', JWT_SECRET: 'known', DEMO_USERS: 'ada:lovelace' });
    expect(config).toMatchObject({ port: 8080, host: '0.0.0.0', jwtSecret: { text: 'known', from: 'environment' } });
    expect(config.users.map(({ userId }) => userId)).toEqual(['test', 'admin', 'ada']);
  });

  it('name every fault at once', () => {
    const start = (): unknown => DemoConfig.fromEnv({ PORT: '65536', DEMO_USERS: 'ada' });
    expect(start).toThrow(DemoConfigError);
    expect(start).toThrow(/PORT must be.*"65536"\n.*DEMO_USERS, entry 1/);
  });
});
