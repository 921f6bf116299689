/** Reads who holds which bearer token from a text; tokens are never quoted. */
import type { Principal } from '../session/principal.js';

/** Printable ASCII: what an Authorization header can carry. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * `token`, `userId:token` or `userId:token:role+role`, separated by commas. A token without a user is that of `bearer-1`, `bearer-2`…, counted by its
 * place in the list.
 * @returns principals by token, and what is wrong, one sentence for each fault
 */
export function bearerTokens(text: string): { readonly principals: ReadonlyMap<string, Principal>; readonly faults: readonly string[] } {
  const principals = new Map<string, Principal>();
  const faults: string[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    if (entry.trim() === '') continue;
    const { token, principal } = parseEntry(entry.trim(), index + 1);
    const fault = faultOf(token, principal) ?? (principals.has(token) ? 'the token is there twice' : undefined);
    if (fault === undefined) principals.set(token, principal);
    else faults.push(`entry ${index + 1}: ${fault}`);
  }
  return { principals, faults };
}

function parseEntry(entry: string, place: number): { readonly token: string; readonly principal: Principal } {
  const [first = '', second, ...roles] = entry.split(':');
  if (second === undefined) return { token: first, principal: { userId: `bearer-${place}` } };
  // More than one colon in the roles is no role name, and named below.
  const named = roles.length === 0 ? {} : { roles: roles.join(':').split('+') };
  return { token: second, principal: { userId: first, ...named } };
}

function faultOf(token: string, { userId, roles = [] }: Principal): string | undefined {
  if (userId === '') return 'the user before the colon is missing';
  if (token === '') return 'the token is missing';
  if (!TOKEN.test(token)) return 'a token is printable ASCII without spaces';
  return roles.every((role) => /^[^\s:]+$/.test(role)) ? undefined : 'roles are names joined by +';
}
