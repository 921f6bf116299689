/** The parts of the suite cluster. Sign-ins through a directory of users that all nodes share become one more, as soon as there is one. */
import type { Suite } from '../suites/suite.js';
import { HOP } from './hop.js';
import { INTAKE } from './intake.js';
import { MANY_TOPICS } from './many-topics.js';
import { PUSHES } from './pushes.js';

export const CLUSTER_SUITES: readonly Suite[] = [HOP, PUSHES, INTAKE, MANY_TOPICS];
