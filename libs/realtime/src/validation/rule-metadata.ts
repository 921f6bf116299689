/** What class-validator knows of a class, as far as every part of it is known here for certain. */
import * as classValidator from 'class-validator';
import type { ValidationArguments } from 'class-validator';

type RuleRecord = ReturnType<ReturnType<typeof classValidator.getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** A decorator of class-validator's on one property. */
export interface Rule {
  /** Of the rule's constraint; bound once, since every decorator has a constraint of another class. */
  readonly validate: (value: unknown, args: ValidationArguments) => unknown;
  readonly constraints: unknown[];
  readonly each: boolean;
}

/** Everything that is written on one property. */
export interface PropertyRules {
  readonly property: string;
  isOptional: boolean;
  isNested: boolean;
  readonly rules: Rule[];
}

/** The kinds of records in class-validator's store. */
const KIND = Object.freeze({
  rule: 'customValidation',
  defined: 'isDefined',
  nested: 'nestedValidation',
  conditional: 'conditionalValidation',
  allowed: 'whitelistValidation',
});

/** The names of all decorators that class-validator itself has; it exports each as a constant. */
const OWN_NAMES: ReadonlySet<unknown> = new Set(
  Object.entries(classValidator)
    .filter(([name, value]) => /^[A-Z0-9_]+$/.test(name) && typeof value === 'string')
    .map(([, value]) => value),
);

/** @returns undefined if there is anything on the class, or on its bases, that only the library can judge */
export function rulesOf(type: new () => object): readonly PropertyRules[] | undefined {
  // No groups and no "always", as the validation of params has none.
  const records = classValidator.getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const properties = new Map<string, PropertyRules>();
  for (const record of records) {
    let known = properties.get(record.propertyName);
    if (!known)
      properties.set(record.propertyName, (known = { property: record.propertyName, isOptional: false, isNested: false, rules: [] }));
    if (!take(record, known)) return undefined;
  }
  return [...properties.values()];
}

function take(record: RuleRecord, known: PropertyRules): boolean {
  // The types say that there are groups always.
  const groups = record.groups as readonly string[] | undefined;
  if ((groups && groups.length > 0) || record.always !== undefined || record.validateIf !== undefined) return false;
  switch (record.type) {
    case KIND.allowed:
      return true;
    case KIND.nested:
      known.isNested = true;
      return true;
    case KIND.conditional:
      known.isOptional = record.name === classValidator.IS_OPTIONAL;
      return known.isOptional;
    case KIND.rule:
    case KIND.defined: {
      const rule = ruleOf(record);
      if (rule) known.rules.push(rule);
      return rule !== undefined;
    }
    default:
      return false;
  }
}

function ruleOf({ name = '', constraintCls, constraints, each }: RuleRecord): Rule | undefined {
  if (!OWN_NAMES.has(name)) return undefined;
  const [implementation, ...more] = classValidator.getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  if (!implementation || more.length > 0 || implementation.async) return undefined;
  const { instance } = implementation;
  return { validate: instance.validate.bind(instance), constraints, each };
}

/** What grows when a rule is added that could concern a class or its bases. */
export interface RuleCollections {
  readonly byClass: ReadonlyMap<unknown, unknown>;
  readonly lists: readonly (readonly unknown[])[];
}

/** @returns undefined if class-validator keeps them elsewhere */
export function ruleCollections(type: new () => object): RuleCollections | undefined {
  const byClass: unknown = classValidator.getMetadataStorage()['validationMetadatas'];
  if (!(byClass instanceof Map)) return undefined;
  const lists = [...(byClass as ReadonlyMap<unknown, readonly unknown[]>)].filter(([one]) => one === type || isBase(one, type));
  return { byClass, lists: lists.map(([, records]) => records) };
}

function isBase(one: unknown, type: new () => object): boolean {
  return typeof one === 'function' && type.prototype instanceof one;
}
