/** Which pipe of the library's own judges a parameter, if any. */
import type { PipeTransform } from '@nestjs/common';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { PIPES_METADATA } from '@nestjs/common/internal';
import type { ApplicationConfig } from '@nestjs/core';
import { DtoValidationPipe, hasValidationRules } from '../validation/dto-validation.pipe.js';
import { SchemaValidationPipe } from '../validation/schema-validation.pipe.js';
import { isStandardSchema } from '../validation/standard-schema.js';
import type { ResolvedValidation } from '../validation/validation-options.js';
import { enhancersOf } from './enhancer-hosts.js';
import type { ParamMetadata } from './handler-params.js';
import type { ProviderMethod } from './provider-methods.js';

export class PayloadPipes {
  constructor(
    private readonly validation: ResolvedValidation,
    private readonly config: ApplicationConfig,
  ) {}

  /** Tells ways of validating apart in what is written on a method: two apps of one process may differ. */
  get key(): string {
    return this.validation === false ? 'plain' : this.validation.compiled ? 'compiled' : 'validated';
  }

  /** @param type of the parameter, as the compiler wrote it down @param faults told why the parameter cannot be judged */
  ofParam(found: ProviderMethod, { data, schema, pipes }: ParamMetadata, type: unknown, faults: string[]): readonly PipeTransform[] {
    const member = typeof data === 'string' ? data : undefined;
    if (schema !== undefined && !isStandardSchema(schema)) {
      faults.push(`${found.origin}: the schema of @MessageBody() is no Standard Schema: it has no ~standard.validate()`);
      return [];
    }
    if (this.validation === false) return [];
    if (schema !== undefined) return this.isJudgedBySchema(found, pipes) ? [] : [new SchemaValidationPipe(schema, member)];
    return hasValidationRules(type) ? [new DtoValidationPipe(member, this.validation.compiled)] : [];
  }

  /** A pipe of the application's does it already; what it makes of the value need not satisfy the schema again. */
  private isJudgedBySchema(found: ProviderMethod, own: readonly unknown[]): boolean {
    const ofRequests = this.config.getGlobalRequestPipes().map(({ metatype }) => metatype as unknown);
    return [...this.config.getGlobalPipes(), ...ofRequests, ...enhancersOf(PIPES_METADATA, found), ...own].some(isSchemaPipe);
  }
}

/** A pipe as Nest keeps it: an object, or its class. */
function isSchemaPipe(pipe: unknown): boolean {
  if (pipe instanceof StandardSchemaValidationPipe || pipe === StandardSchemaValidationPipe) return true;
  return typeof pipe === 'function' && pipe.prototype instanceof StandardSchemaValidationPipe;
}
