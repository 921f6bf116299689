/** Whether a peer should connect again after a close frame with this code. Abnormal ends (1006) count as yes, 1000 as no. @see RFC 6455 §7.4 */
export function shouldComeBack(code: number): boolean {
  if (code >= 3000) return code % 1000 < 500;
  return code !== 1000 && code !== 1002 && code !== 1003 && code !== 1007 && code !== 1008 && code !== 1009 && code !== 1010;
}
