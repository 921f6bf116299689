/** What timers can do. */

/** The longest delay that a timer can hold, about 24.8 days, in ms; longer ones would fire at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
