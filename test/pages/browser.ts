import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import type { Test } from 'tap'

/** Where Debian's package installs Chromium; `CHROMIUM` names another one. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Why tests of pages cannot run here; undefined where they can. */
export const noBrowser: string | undefined =
  existsSync(executablePath) ? undefined : `there is no Chromium at ${executablePath}: apt-get install chromium, or CHROMIUM=path`

/** A headless Chromium that talks to nobody but the tests, and is closed at the end of one. */
export async function openBrowser (t: Test): Promise<Browser> {
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] })
  t.teardown(() => browser.close())
  return browser
}
