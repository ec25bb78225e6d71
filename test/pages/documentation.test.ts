import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import t from 'tap'
import type { Test } from 'tap'
import { noBrowser, openBrowser } from './browser.ts'

const root = new URL('../../', import.meta.url).pathname

/** Starts the example, and returns its URL. */
async function startExample (t: Test): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'examples/countries.js')], {
    env: { ...process.env, DATABASE: join(t.testdir({}), 'countries.db'), PORT: '0', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  for await (const text of child.stdout) {
    output += String(text)
    const url = /(http:\/\/\S+)\/documentation\n/.exec(output)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`The example did not start:\n${output}`)
}

/** The block of one operation, expanded. */
async function expand (page: Page, operationId: string): Promise<Locator> {
  const block = page.locator(`[id$="-${operationId}"].opblock`)
  await block.locator('.opblock-summary-control').click()
  await block.locator('.opblock-body .execute').waitFor()
  return block
}

async function fill (block: Locator, parameter: string, value: string): Promise<void> {
  await block.locator(`tr[data-param-name="${parameter}"] input`).fill(value)
}

/** Sends the request of a block, and returns the status, and the body and the header fields, that the page shows. */
async function execute (block: Locator): Promise<{ readonly status: string, readonly text: string }> {
  const shown = block.locator('.live-responses-table .response')
  await block.locator('button.execute').click()
  await shown.locator('.response-col_status').waitFor()
  const status = await shown.locator('.response-col_status').innerText()
  return { status: status.trim().slice(0, 3), text: await shown.locator('.response-col_description').innerText() }
}

t.test('a person reads the resources, tries requests, and sees revisions and what is disabled', { skip: noBrowser ?? false, timeout: 120_000 }, async (t) => {
  const url = await startExample(t)
  const browser = await openBrowser(t)
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(`${url}/documentation`)

  const tags = page.locator('.opblock-tag')
  await tags.first().waitFor()
  t.strictSame(await tags.evaluateAll((elements) => elements.map((element) => element.getAttribute('data-tag'))), ['/countries', '/settings'], 'both resources are there')

  const query = await expand(page, 'queryCountries')
  await fill(query, '_queryFilter', 'name/common eq "Germany"')
  const found = await execute(query)
  t.equal(found.status, '200', 'a query')
  t.match(found.text, /"_id":\s*"DEU"/)
  const revision = /"_rev":\s*"([^"]+)"/.exec(found.text)?.[1] as string
  t.ok(revision, 'the revision is shown')

  const read = await expand(page, 'readCountries')
  await fill(read, '_id', 'DEU')
  const document = await execute(read)
  t.equal(document.status, '200', 'a read')
  t.ok(document.text.includes(`etag: "${revision}"`), 'the entity tag is the revision')

  const patch = await expand(page, 'patchCountries')
  const visit = JSON.stringify([{ operation: 'add', field: '/visited', value: '2026-11-27T00:00:00Z' }])
  await fill(patch, '_id', 'DEU')
  await fill(patch, 'If-Match', `"${revision}"`)
  await patch.locator('.body-param__text, .body-param textarea').fill(visit)
  t.equal((await execute(patch)).status, '200', 'a patch of the revision that was read')
  await patch.locator('button.btn-clear').click()
  const stale = await execute(patch)
  t.equal(stale.status, '412', 'the same again, of a revision that is stale')
  t.match(stale.text, /"reason":\s*"Precondition Failed"/)

  await fetch(`${url}/settings?_action=disableCountries`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"retryAfter":60}' })
  await page.reload()
  const summary = page.locator('[id$="-readCountries"] .opblock-summary-description')
  t.match(await summary.innerText(), /^Disabled/, 'what is disabled is shown as such')
  const refused = await expand(page, 'readCountries')
  await fill(refused, '_id', 'DEU')
  t.equal((await execute(refused)).status, '503')
  t.notMatch(await page.locator('[id$="-readSettings"] .opblock-summary-description').innerText(), /^Disabled/, 'and nothing else')
  t.strictSame(problems, [])
})
