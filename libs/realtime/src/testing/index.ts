export { MemoryBroker, memoryEngine } from '../cluster/memory-engine.js';
export type { MemoryEngineOptions } from '../cluster/memory-engine.js';
export { engineContract } from './engine-contract.js';
export type { MakeEngine } from './contract-nodes.js';
