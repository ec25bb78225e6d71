import { runCases } from './numbered.ts'

runCases(44, 73, [
  // Authentication and authorization
  [44, 'no credentials', { auth: true }, 'GET /widgets/w1', 401, ['WWW-Authenticate ~ ^\\w+', 'Cache-Control: no-store']],
  [45, 'no credentials, absent document', { auth: true }, 'GET /widgets/none', 401],
  [46, 'no credentials, tombstone', { auth: true, gone: true }, 'GET /widgets/t1', 401],
  [47, 'no credentials, malformed If-Match, bad Accept', { auth: true }, 'PUT /widgets/w1 · If-Match: "x · Accept: a/b · Content-Type: application/json · body {', 401],
  [48, 'not permitted, absent document', { auth: true }, 'DELETE /widgets/none · Authorization: Bearer readonly', 403],
  [49, 'not permitted, revision missing, bad media type', { auth: true, revisionRequired: true }, 'PUT /widgets/w1 · Authorization: Bearer readonly · Content-Type: a/b · body x', 403],
  // API version
  [50, 'protocol version not available', {}, 'GET /widgets/w1 · Accept-API-Version: protocol=99.0', 406],
  [51, 'resource minor above every offered one', { versions: true }, 'GET /widgets/w1 · Accept-API-Version: resource=1.2', 406],
  [52, 'resource major between offered ones', { versions: true }, 'GET /widgets/w1 · Accept-API-Version: resource=2.0', 406],
  [53, 'minor left out', { versions: true }, 'GET /widgets/w1 · Accept-API-Version: resource=1', 200, ['Vary has accept-api-version']],
  [54, 'both items, spaces around the comma', { versions: true }, 'GET /widgets/w1 · Accept-API-Version: resource=1.0 , protocol=2.1', 200],
  [55, 'not the header grammar', { versions: true }, 'GET /widgets/w1 · Accept-API-Version: 1.0', 400],
  [56, 'the header twice', { versions: true }, 'GET /widgets/w1 · Accept-API-Version: resource=1.0 · Accept-API-Version: resource=1.1', 400],
  [57, 'empty header counts as absent', { versions: true }, 'GET /widgets/w1 · Accept-API-Version:', 200],
  [58, 'unavailable version and malformed filter', { versions: true }, 'GET /widgets?_queryFilter=name+eq · Accept-API-Version: resource=9', 406],
  // Query parameters and functions
  [59, 'two query selectors', {}, 'GET /widgets?_queryFilter=true&_queryId=all', 400],
  [60, 'negative page size', {}, 'GET /widgets?_queryFilter=true&_pageSize=-1', 400],
  [61, 'single-valued parameter twice', {}, 'GET /widgets?_queryFilter=true&_pageSize=1&_pageSize=1', 400],
  [62, 'query selector on an instance', {}, 'GET /widgets/w1?_queryFilter=true', 400],
  [63, 'stored query that is not declared', {}, 'GET /widgets?_queryId=all', 501],
  [64, 'empty action name is an unknown action', { actions: true }, 'POST /widgets/w1?_action=', 501],
  [65, 'reserved parameter of another operation', {}, 'GET /widgets/w1?_pageSize=1', 400],
  [66, 'reserved parameter nobody defines', {}, 'DELETE /widgets/w1?_force=true', 400, ['unchanged']],
  [67, 'actions take reserved names of their own', { actions: true }, 'POST /widgets/w1?_action=noop&_force=true', 204],
  [68, 'POST on an instance without action name', { actions: true }, 'POST /widgets/w1 · Content-Type: application/json · body {"name":"nut"}', 400],
  [69, 'unknown action', { actions: true }, 'POST /widgets/w1?_action=frobnicate', 501],
  [70, 'unknown action on an absent document', { actions: true }, 'POST /widgets/none?_action=frobnicate', 501],
  [71, 'POST create where only actions are declared', { actions: true, operations: ['read', 'query'] }, 'POST /widgets · Content-Type: application/json · body {"name":"nut"}', 501],
  [72, 'PUT with If-None-Match: * where create is not declared', { operations: ['read', 'update'] }, 'PUT /widgets/new · If-None-Match: * · Content-Type: application/json · body {"name":"nut"}', 501],
  [73, 'unknown parameter', {}, 'GET /widgets/w1?colour=red', 200]
])
