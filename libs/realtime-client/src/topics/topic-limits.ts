/** Bounds of topics. */
import type { OptionRule } from '../base/option-faults.js';
import { AT_LEAST_ONE } from '../base/option-faults.js';

export interface TopicLimits {
  /** Topics that are kept up, and holders of each of them. @default 1024 */
  readonly topics?: number;
}

export const TOPIC_LIMIT_DEFAULTS = Object.freeze({ topics: 1024 }) satisfies Required<TopicLimits>;

export const TOPIC_LIMIT_RULES = { topics: AT_LEAST_ONE } satisfies Record<keyof TopicLimits, OptionRule>;
