import type { FastifyRequest } from 'fastify'
import type { Ask } from '../decision/ask.ts'
import { ServiceUnavailable } from '../errors.ts'

/** The time that a request may take is over. */
export class TimeOver extends ServiceUnavailable {
  constructor () {
    super('The request took too long', { retryAfter: 1 })
    this.name = ServiceUnavailable.name
  }
}

/** Nothing more is begun for a request that was answered because it took too long. */
export function refuseLate ({ isOver }: Ask): void {
  if (isOver) throw new TimeOver()
}

// Made when somebody asks for a signal, or there is something to tell.
const controllers = new WeakMap<FastifyRequest, AbortController>()

function controllerOf (request: FastifyRequest): AbortController {
  let controller = controllers.get(request)
  if (controller === undefined) controllers.set(request, controller = new AbortController())
  return controller
}

/** Aborted when the client goes away, or when the time of the request is over; in process never. */
export function signalOf (request: FastifyRequest | undefined): AbortSignal {
  if (request === undefined) return new AbortController().signal
  return AbortSignal.any([request.signal, controllerOf(request).signal])
}

/** Tells those who work for a request that its time is over. */
export function abortSignals (request: FastifyRequest, reason: TimeOver): void {
  controllerOf(request).abort(reason)
}
