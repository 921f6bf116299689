/** What of Nest is needed to find what an app serves, and to call it: one part for whoever looks through the app at boot. */
import type { ApplicationConfig, ExternalContextCreator, ModulesContainer } from '@nestjs/core';
import { MetadataScanner } from '@nestjs/core';
import { ScopedProviders } from './scoped-providers.js';

export class NestParts {
  readonly scanner = new MetadataScanner();
  readonly scoped: ScopedProviders;

  constructor(
    readonly modules: ModulesContainer,
    readonly creator: ExternalContextCreator,
    readonly config: ApplicationConfig,
  ) {
    this.scoped = new ScopedProviders(creator, config);
  }
}
