/** The path and query of a request target, which may be a whole URL. @see RFC 9112 §3.2.2 */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const afterAuthority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0;
  const rest = target.slice(afterAuthority);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
