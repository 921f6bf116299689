/** Which pipe of the library's own judges a parameter, if any. */
import type { PipeTransform, Type } from '@nestjs/common';
import { StandardSchemaValidationPipe, ValidationPipe } from '@nestjs/common';
import { PIPES_METADATA } from '@nestjs/common/internal';
import type { ApplicationConfig } from '@nestjs/core';
import { DtoValidationPipe, NamedParamsPipe, hasValidationRules } from '../validation/dto-validation.pipe.js';
import { SchemaValidationPipe } from '../validation/schema-validation.pipe.js';
import { isStandardSchema } from '../validation/standard-schema.js';
import type { ResolvedValidation } from '../validation/validation-options.js';
import { enhancersOf } from './enhancer-hosts.js';
import type { ParamMetadata } from './handler-params.js';
import type { ProviderMethod } from './provider-methods.js';
import type { UntypedParams } from './untyped-params.js';

export class PayloadPipes {
  constructor(
    private readonly validation: ResolvedValidation,
    private readonly config: ApplicationConfig,
    private readonly untyped: UntypedParams,
  ) {}

  /** Tells ways of validating apart in what is written on a method: two apps of one process may differ. */
  get key(): string {
    return this.validation === false ? 'plain' : this.validation.compiled ? 'compiled' : 'validated';
  }

  /** @param type of the parameter, as the compiler wrote it down @param faults told why the parameter cannot be judged */
  ofParam(found: ProviderMethod, { index, data, schema, pipes }: ParamMetadata, type: unknown, faults: string[]): readonly PipeTransform[] {
    const member = typeof data === 'string' ? data : undefined;
    if (schema !== undefined && !isStandardSchema(schema)) {
      faults.push(`${found.origin}: the schema of @MessageBody() is no Standard Schema: it has no ~standard.validate()`);
      return [];
    }
    if (this.validation === false) return [];
    if (schema !== undefined)
      return this.isJudgedBy(StandardSchemaValidationPipe, found, pipes) ? [] : [new SchemaValidationPipe(schema, member)];
    if (!hasValidationRules(type)) {
      if (index < found.method.length && pipes.length === 0 && this.validation.warnUntyped) this.untyped.note(found, type);
      return [];
    }
    if (this.isJudgedBy(ValidationPipe, found, pipes)) return [new NamedParamsPipe(member)];
    return [new DtoValidationPipe(member, this.validation.compiled)];
  }

  /**
   * A pipe of the application's does it already, and is the only judge: what it makes of a value need not satisfy the rules again, and its
   * groups and other options are not ours.
   */
  private isJudgedBy(judge: Type<PipeTransform>, found: ProviderMethod, own: readonly unknown[]): boolean {
    const ofRequests = this.config.getGlobalRequestPipes().map(({ metatype }) => metatype as unknown);
    const around = [...this.config.getGlobalPipes(), ...ofRequests, ...enhancersOf(PIPES_METADATA, found), ...own];
    return around.some((pipe) => isOf(judge, pipe));
  }
}

/** A pipe as Nest keeps it: an object, or its class. */
function isOf(judge: Type<PipeTransform>, pipe: unknown): boolean {
  return pipe instanceof judge || pipe === judge || (typeof pipe === 'function' && pipe.prototype instanceof judge);
}
