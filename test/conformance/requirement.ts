/** One rule of the conformance list. */
export interface Requirement {
  /** Where it is written. */
  readonly source: string;
  /** One sentence in our own words, as Markdown. */
  readonly rule: string;
  /** What we do where the source leaves a choice. */
  readonly choice?: string;
  /** The feature without which the rule says nothing yet; such a rule is cited by no test. */
  readonly awaits?: string;
}
