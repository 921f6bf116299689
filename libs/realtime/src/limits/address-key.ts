/** Which addresses count as one peer. */
import { isIPv6 } from 'node:net';

/**
 * An IPv4 address counts by itself, also when it is written as IPv6. Of an IPv6 address the first 64 bits count: whoever has one
 * address of such a network usually has all of them. What is no address counts as it is.
 * @see RFC 4291 §2.5.1, §2.5.5.2
 */
export function addressKey(address: string): string {
  const [bare = address] = address.split('%', 1);
  if (!isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [groups[6] ?? 0, groups[7] ?? 0].flatMap((group) => [group >> 8, group & 0xff]).join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of an IPv6 address, however it is written. */
function groupsOf(address: string): number[] {
  // The URL parser brings it into one form, without a dotted end. @see RFC 5952
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::', 2);
  const [head, tail] = [numbersOf(before), numbersOf(after ?? '')];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function numbersOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
