// As main.js: the short address of the compiled program that starts three nodes.
import './apps/demo/src/cluster/main.js';
