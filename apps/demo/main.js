// The compiler keeps the folders of the repository below dist/apps/demo; this file gives the app its short address.
import './apps/demo/src/main.js';
