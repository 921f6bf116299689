import { Controller, Injectable, Module } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, NestFactory } from '@nestjs/core';
import { classOf, providerMethods } from './provider-methods.js';

class Base {
  inherited(): void {}
  overridden(): void {}
}

@Injectable()
class Service extends Base {
  static helper(): void {}
  readonly field = (): void => undefined;

  get trap(): never {
    throw new Error('A getter ran');
  }

  own(): void {}

  override overridden(): void {}
}

@Controller()
class Pages {
  page(): void {}
}

@Module({
  controllers: [Pages],
  providers: [
    Service,
    { provide: 'alias', useExisting: Service },
    { provide: 'factory', useFactory: () => new Service() },
    { provide: 'value', useValue: new Service() },
    { provide: 'literal', useValue: { own: () => undefined } },
    { provide: 'null', useValue: null },
    { provide: 'text', useValue: 'text' },
    { provide: 'bare', useValue: Object.create(null) as object },
    { provide: 'nothing', useFactory: () => undefined },
  ],
})
class AppModule {}

async function origins(): Promise<string[]> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  try {
    const found = [...providerMethods(app.get(ModulesContainer), new MetadataScanner())];
    const own = found.filter((method) => [Service, Pages].some((type) => classOf(method) === type));
    return own.map(({ origin }) => origin).sort();
  } finally {
    await app.close();
  }
}

describe('providerMethods', () => {
  it('finds each method of each provider and controller once, inherited ones too, and touches no getter', async () => {
    const ofService = ['Service.inherited', 'Service.overridden', 'Service.own'];
    expect(await origins()).toEqual(['Pages.page', ...ofService.flatMap((origin) => [origin, origin, origin])]);
  });
});
