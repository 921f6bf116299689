/** Validates params by the schema that stands in `@MessageBody({ schema })`. */
import type { PipeTransform } from '@nestjs/common';
import { promiseOf } from '../observe/promise-of.js';
import { invalidParams, pathOf } from './param-faults.js';
import type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.js';

/** The name of the rule in `data.errors`: a schema has sentences, and no names for its rules. */
const RULE = 'schema';

export class SchemaValidationPipe implements PipeTransform {
  /** @param member the member of the params that the value is; goes before each path */
  constructor(
    private readonly schema: StandardSchema,
    private readonly member?: string,
  ) {}

  /** @returns what the schema makes of the value; a promise only if the schema gives one @throws {RpcError} InvalidParams */
  transform(value: unknown): unknown {
    const result = this.schema['~standard'].validate(value);
    const later = promiseOf(result) as Promise<SchemaResult> | undefined;
    return later ? later.then((settled) => this.outcome(value, settled)) : this.outcome(value, result as SchemaResult);
  }

  private outcome(value: unknown, result: SchemaResult): unknown {
    if (!result.issues) return result.value;
    // Params may be left out altogether; a schema whose members are all optional need not say that it is too. @see JSON-RPC 2.0 §4
    if (value === undefined && this.member === undefined) return this.transform({});
    throw invalidParams(result.issues.map((issue) => this.faultOf(issue)));
  }

  private faultOf({ message, path = [] }: SchemaIssue): { path: string; constraints: Record<string, string> } {
    const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
    return { path: pathOf(this.member, keys), constraints: { [RULE]: message } };
  }
}
