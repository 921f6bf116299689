// The compiler keeps the folders of the repository below dist/apps/bench; this file gives the app its short address.
import './apps/bench/src/main.js';
