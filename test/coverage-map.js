// These run servers in processes of their own, which are killed before they can tell what they covered: to count only slows them.
const killed = /^test\/(?:fuzz\/fuzz|soak\/soak|faults\/(?:kill|database-kill|lost-updates))\.test\.ts$/

/** Which files a test covers: null for none, an empty list for all that it loads. */
export default (test) => killed.test(test) ? null : []
