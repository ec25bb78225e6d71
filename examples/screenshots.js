/**
 * Makes the pictures of the README, `examples/screenshots/*.png`: the documentation page of the countries example, with what is
 * disabled, and the progress bar of an import. `npm run screenshots`; needs Chromium (`CHROMIUM`, default /usr/bin/chromium), and
 * `script` of util-linux for a terminal.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

/** The largest picture that the README may have, in bytes. */
const largest = 300_000

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'screenshots-'))
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
try {
  await picture('documentation', showPage)
  await picture('import', showImport)
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}

/** Takes a picture of what `show` opens in a page, or of the element that it returns. */
async function picture (name, show) {
  const path = join(root, 'examples/screenshots', `${name}.png`)
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } })
  const shown = await show(page)
  await shown.screenshot({ path })
  await page.close()
  const { size } = statSync(path)
  console.log(`${path}: ${size} bytes`)
  if (size > largest) throw new Error(`${path} is larger than ${largest} bytes`)
}

/** A patch of a stale revision on the page of the countries. */
async function showPage (page) {
  const example = spawn(process.execPath, ['examples/countries.js'], { cwd: root, env: { ...process.env, DATABASE: join(folder, 'countries.db'), PORT: '0' } })
  process.once('exit', () => example.kill())
  const url = await printed(example.stdout, /(http:\/\/\S+)\/documentation\n/)
  await fetch(`${url}/settings?_action=disableCountries`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"methods":"writes"}' })
  await page.goto(`${url}/documentation`)
  const read = page.locator('[id$="-readCountries"].opblock')
  await read.locator('.opblock-summary-control').click()
  await read.locator('tr[data-param-name="_id"] input').fill('ISL')
  await read.locator('tr[data-param-name="_fields"] button').click()
  await read.locator('tr[data-param-name="_fields"] input').fill('name/common')
  await read.locator('button.execute').click()
  await read.locator('.live-responses-table .response .response-col_status').waitFor()
  // What was answered, right below what can be done.
  await page.addStyleTag({ content: '.topbar, .information-container, .opblock-section, .execute-wrapper, .btn-group, .responses-table:not(.live-responses-table), .responses-inner > div > h4, .responses-inner > h5 { display: none !important } .opblock-section-header { display: none !important }' })
  return page.locator('.opblock-tag-section').first()
}

/** An import, as a terminal shows it midway and at its end. */
async function showImport (page) {
  const cities = execFileSync(process.execPath, [join(root, 'examples/cities.js')], { maxBuffer: 2 ** 28 })
  writeFileSync(join(folder, 'cities.ndjson'), cities)
  const command = 'common-rest import cities.json /cities cities.ndjson'
  const line = `${process.execPath} ${join(root, 'dist/command-line.js')} import ${join(root, 'examples/cities.json')} /cities ${join(folder, 'cities.ndjson')} --store sqlite:${join(folder, 'cities.db')}`
  const output = execFileSync('script', ['-qec', line, '/dev/null'], { encoding: 'utf8', env: { ...process.env, COLUMNS: '110', TERM: 'xterm' } })
  // eslint-disable-next-line no-control-regex
  const frames = output.split(/\r|\n|\x1b\[[0-9;?]*[A-Za-z]/).map((text) => text.trim()).filter((text) => text !== '')
  const bars = frames.filter((text) => text.includes('documents |'))
  const lines = [`$ ${command}`, bars.find((bar) => / 6\d %/.test(bar)) ?? bars.at(-2), '', `$ ${command}`, bars.at(-1), frames.at(-1)]
  await page.setContent('<pre style="display:inline-block;margin:0;padding:16px 20px;background:#1e1e1e;color:#d4d4d4;font:14px/1.5 monospace"></pre>')
  await page.locator('pre').evaluate((element, text) => { element.textContent = text }, lines.join('\n'))
  return page.locator('pre')
}

/** The first part of an expression, once the output of a process has what it says. */
async function printed (stream, expression) {
  let output = ''
  for await (const text of stream) {
    output += text
    const found = expression.exec(output)?.[1]
    if (found !== undefined) return found
  }
  throw new Error(`nothing printed ${expression}`)
}
