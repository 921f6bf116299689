/** The parts of the suite cluster. */
import type { Suite } from '../suites/suite.js';
import { HOP } from './hop.js';
import { INTAKE } from './intake.js';
import { MANY_TOPICS } from './many-topics.js';
import { PUSHES } from './pushes.js';
import { SIGN_INS } from './sign-ins.js';

export const CLUSTER_SUITES: readonly Suite[] = [HOP, PUSHES, INTAKE, MANY_TOPICS, SIGN_INS];
