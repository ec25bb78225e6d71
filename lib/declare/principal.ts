/**
 * Who is asking: whatever `authenticate` returned. Empty on purpose; augment it with what your application knows.
 *
 * @example
 * declare module 'fastify-common-rest' { interface Principal { name: string } }
 */
export interface Principal {}
