/** What `deploy/Dockerfile` says, instruction by instruction. */
import type { Copy, Env, Instruction } from 'dockerfile-ast';
import { DockerfileParser } from 'dockerfile-ast';
import { readText } from './deploy-files.js';

const dockerfile = DockerfileParser.parse(readText('deploy/Dockerfile'));

export const instructions: readonly Instruction[] = dockerfile.getInstructions();

export function named(keyword: string): Instruction[] {
  return instructions.filter((instruction) => instruction.getKeyword() === keyword);
}

/** Without its flags. */
export function argumentsOf(instruction: Instruction | undefined): string {
  return instruction?.getArgumentsContent() ?? '';
}

/** The command that stands as a list of JSON behind CMD or HEALTHCHECK. */
export function commandOf(keyword: 'CMD' | 'HEALTHCHECK'): string[] {
  const [instruction] = named(keyword);
  const content = argumentsOf(instruction);
  return JSON.parse(content.slice(content.indexOf('['))) as string[];
}

export function isFromStage(copy: Instruction): boolean {
  return (copy as Copy).getFlags().some((flag) => flag.getName() === 'from');
}

/** What the image sets for the program. */
export function environment(): Record<string, string> {
  const properties = named('ENV').flatMap((instruction) => (instruction as Env).getProperties());
  return Object.fromEntries(properties.map((property) => [property.getName(), property.getValue() ?? '']));
}
