// What can be said of every page, whatever it is for: it is accessible, fits the
// screen, breaks none of its own rules, and can be used with the keyboard.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const sizes = { desktop: [1280, 800], phone: [390, 844], narrow: [320, 568] };

// look visits pages {name: URL} in every size and colour scheme, writes a screenshot
// of each into a directory, and returns the complaints.
export async function look(browser, { pages, screenshots }) {
  const complaints = [];
  for (const [size, [width, height]] of Object.entries(sizes)) {
    for (const colorScheme of size === "narrow" ? ["light"] : ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
      for (const [name, url] of Object.entries(pages)) {
        const title = `${name}-${size}-${colorScheme}`;
        const found = await visit(context, url, join(screenshots, `${title}.png`));
        complaints.push(...found.map((complaint) => `${title}: ${complaint}`));
      }
      await context.close();
    }
  }
  return complaints;
}

async function visit(context, url, screenshot) {
  const page = await context.newPage();
  const complaints = listen(page);
  await page.addInitScript(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", (e) => globalThis.violations.push(`${e.violatedDirective} blocked ${e.blockedURI}`));
  });
  // A page that submits itself never counts as loaded.
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => document.readyState !== "loading" && document.styleSheets.length > 0 &&
    [...document.images].every((image) => image.complete));
  await page.screenshot({ path: screenshot, fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) complaints.push(`it scrolls sideways by ${wide} pixels`);
  complaints.push(...await keyboard(page), ...await page.evaluate(() => globalThis.violations), ...await accessible(page));
  await page.close();
  return complaints;
}

// listen collects what the browser itself complains about.
export function listen(page) {
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  return complaints;
}

// keyboard walks from the first control to the last with the Tab key.
async function keyboard(page) {
  const controls = page.locator("a[href], button, input:not([type=hidden])");
  const count = await controls.count();
  const complaints = [];
  for (let i = 0; i < count; i++) {
    if (i === 0) await controls.first().focus();
    else await page.keyboard.press("Tab");
    const [reached, visible] = await controls.nth(i).evaluate((control) => [
      document.activeElement === control, getComputedStyle(control).outlineStyle !== "none",
    ]);
    if (!reached) complaints.push(`Tab ${i} does not reach control ${i}`);
    else if (!visible) complaints.push(`control ${i} does not show the focus`);
  }
  return complaints;
}

// accessible asks axe. It is evaluated by the debugger, so the page's policy need
// not be weakened for it; it comes last because its own work may violate it.
async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), rules);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`);
}
