/** What timers can hold. */

/** The longest delay, about 24.8 days; a longer one would fire at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
