/** Finds and makes elements. Whatever people wrote goes in as text, never as HTML. */

/** @throws {Error} if the page has no such element */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}`);
  return element;
}

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/** A round picture with the first letter of a name, in a colour of its own. */
export function paintAvatar(element: HTMLElement, name: string): void {
  element.textContent = ([...name][0] ?? '?').toLocaleUpperCase();
  element.style.setProperty('--hue', String(hueOf(name)));
}

function hueOf(name: string): number {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 100_003;
  return (hash * 47) % 360;
}
