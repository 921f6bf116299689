/** Gets from the app what options name: an object as it is, a class as the app provides it, else made here; a function by the name of its method. */
import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

type AnyFunction = (...args: never[]) => unknown;

export class Collaborators {
  /** What could not be had, one sentence for each. */
  readonly faults: string[] = [];

  constructor(private readonly nest: ModuleRef) {}

  /** @param method what the collaborator is asked by; a function takes its place */
  async one<T extends object>(
    option: string,
    chosen: Type<T> | T | AnyFunction | undefined,
    method: keyof T & string,
  ): Promise<T | undefined> {
    if (typeof chosen !== 'function') return chosen;
    if (!this.isProvided(chosen) && !isClass(chosen, method)) return { [method]: chosen } as T;
    const found = await this.ofClass(option, chosen as Type<T>);
    if (found === undefined || typeof (found as Partial<T> | null)?.[method] === 'function') return found;
    this.faults.push(
      this.isProvided(chosen)
        ? `${option}: what the app provides as ${chosen.name} has no ${method}()`
        : `${option}: ${chosen.name} has no ${method}(), and no provider of the app stands for it`,
    );
    return undefined;
  }

  /** @returns undefined, and a fault, if the app cannot give it */
  async ofClass<T extends object>(option: string, type: Type<T>): Promise<T | undefined> {
    try {
      return await this.provided(type);
    } catch (fault) {
      // Translated: named beside the other faults of the boot.
      this.faults.push(`${option}: ${type.name} cannot be had from the app: ${fault instanceof Error ? fault.message : String(fault)}`);
      return undefined;
    }
  }

  private async provided<T>(type: Type<T>): Promise<T> {
    try {
      return this.nest.get(type, { strict: false });
    } catch {
      // Translated: no module of the app provides it, or it has an object per request, which nobody has asked for here.
      return this.nest.create(type);
    }
  }

  /** True for whatever stands in the app under this token, an abstract class too. */
  private isProvided(token: Type | AnyFunction): boolean {
    try {
      return this.nest.get(token as Type, { strict: false }) !== undefined;
    } catch {
      // Translated: no module knows it, or it has an object per request and is made here.
      return false;
    }
  }
}

/** The prototype of a class cannot be replaced, that of a function can; one of a class that was compiled to a function has the method. */
function isClass(chosen: Type | AnyFunction, method: string): boolean {
  if (Object.getOwnPropertyDescriptor(chosen, 'prototype')?.writable === false) return true;
  const prototype = chosen.prototype as Record<string, unknown> | undefined;
  return typeof prototype?.[method] === 'function';
}
