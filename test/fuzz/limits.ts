/** What one input may cost. */

/** Of the processor's time. */
export const MOST_CPU_MS = 1000;
/** By the clock, for what waits for ever without working: a busy machine makes everything longer. */
export const MOST_WAIT_MS = 120_000;
/** What the process may grow by while it reads one input. */
export const MOST_GROWTH_BYTES = 128 << 20;
/** One buffer: twice what the longest input takes, and what readers hold whole. */
export const MOST_BUFFER_BYTES = 128 << 20;
/** Of JavaScript's heap, buffers aside. */
export const HEAP_MIB = 256;
