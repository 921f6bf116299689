/** The suite of many nodes; its parts are suites of this one name. */
export const CLUSTER = 'cluster';
