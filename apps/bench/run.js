// Short address of the suite runner: dist/apps/bench/run.js (see main.js).
import './apps/bench/src/run.js';
