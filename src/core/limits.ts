/**
 * Every bound of the system on one page, each with its reason. Over a limit the answer is 400 or 413 and names it.
 */

/** A request body that is held in memory whole: parsed, it takes several times its size of the isolate's 128 MB. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;
