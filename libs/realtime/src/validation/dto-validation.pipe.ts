/** Validates params whose type is a class with class-validator rules. */
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { ValidationPipe } from '@nestjs/common';
import * as classTransformer from 'class-transformer';
import * as classValidator from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { ParamsClass } from './class-checker.js';
import { surelyValid } from './class-checkers.js';
import type { ParamFault } from './param-faults.js';
import { invalidParams, pathOf } from './param-faults.js';

/** True for a class that carries class-validator rules; other types are passed on as they came. */
export function hasValidationRules(type: unknown): type is new () => object {
  if (typeof type !== 'function') return false;
  return classValidator.getMetadataStorage().getTargetValidationMetadatas(type, '', false, false).length > 0;
}

/** True if any class of this process carries class-validator rules. */
export function appHasRules(): boolean {
  return classValidator.getMetadataStorage().hasValidationMetaData;
}

/** Members that the class does not name are taken away; broken rules are -32602 with `data.errors`. */
export class DtoValidationPipe implements PipeTransform {
  private readonly validation: ValidationPipe;

  /**
   * @param member the member of the params that the value is; goes before each path
   * @param compiled judge what is surely valid without the libraries
   */
  constructor(
    private readonly member?: string,
    private readonly compiled = true,
  ) {
    this.validation = new ValidationPipe({
      transform: true,
      whitelist: true,
      validatorPackage: classValidator,
      transformerPackage: classTransformer,
      exceptionFactory: (errors: ValidationError[]) => invalidParams(errors.flatMap((error) => faultsOf(error, member))),
    });
  }

  /** Without a promise for what is surely valid. @throws {RpcError} InvalidParams */
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    // A ValidationPipe of the application has been here already.
    if (metadata.metatype && value instanceof metadata.metatype) return value;
    const named = namedParams(value, this.member);
    const instance = this.compiled && metadata.metatype ? surelyValid(metadata.metatype as ParamsClass, named) : undefined;
    return instance ?? this.judged(named, metadata);
  }

  /** By the libraries, which may fail over what JSON can say: `new Date(value)` of an object whose `toString` is no function. */
  private async judged(named: object, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return await (this.validation.transform(named, metadata) as Promise<unknown>);
    } catch (thrown) {
      // Translated: it is the peer's fault and no fault of ours, whichever member it is.
      if (!(thrown instanceof TypeError) || thrown.message !== NO_PRIMITIVE) throw thrown;
      throw invalidParams([{ path: this.member ?? '', constraints: { transform: 'a member is an object where it must be a value' } }]);
    }
  }
}

/** What is left to do where a ValidationPipe of the application is the judge, which lets arrays pass for an object of a class. */
export class NamedParamsPipe implements PipeTransform {
  /** @param member the member of the params that the value is */
  constructor(private readonly member?: string) {}

  /** @throws {RpcError} InvalidParams */
  transform(value: unknown): unknown {
    return namedParams(value, this.member);
  }
}

/** Params may be left out altogether. @see JSON-RPC 2.0 §4 */
function namedParams(value: unknown, member: string | undefined): object {
  const named = value ?? {};
  if (typeof named === 'object' && !Array.isArray(named)) return named;
  throw invalidParams([{ path: member ?? '', constraints: { isObject: 'params must be named, as members of an object' } }]);
}

/** What the engine says when it is to make a text, a number or a date of an object that cannot become any. */
const NO_PRIMITIVE = 'Cannot convert object to primitive value';

function faultsOf(error: ValidationError, parent: string | undefined): ParamFault[] {
  const path = pathOf(parent, [error.property]);
  const own = error.constraints ? [{ path, constraints: error.constraints }] : [];
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}
