/** Typed values that an application keeps with a session. */

/** The key of one attribute. Two keys are two attributes, also if they have the same name. */
export class AttributeKey<T> {
  /** Keeps the type of the value with the key; never set. */
  declare readonly valueType: T;

  /** @param name shown in error messages and debuggers */
  constructor(readonly name: string) {}
}

export class SessionAttributes {
  private readonly values = new Map<AttributeKey<unknown>, unknown>();

  get<T>(key: AttributeKey<T>): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  set<T>(key: AttributeKey<T>, value: T): void {
    this.values.set(key, value);
  }

  has(key: AttributeKey<unknown>): boolean {
    return this.values.has(key);
  }

  delete(key: AttributeKey<unknown>): boolean {
    return this.values.delete(key);
  }
}
