/** Something that the composition root can only do when the app's own providers are there. Once, at boot. */

/** @returns what is wrong, one sentence for each fault */
export type Preparation = () => Promise<readonly string[]>;
