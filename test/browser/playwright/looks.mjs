// What can be said of every page, whatever it is for: it is accessible, fits the
// screen, breaks none of its own rules, and can be used with the keyboard.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decide, listen, signIn } from "./visits.mjs";

const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const sizes = { desktop: [1280, 800], phone: [390, 844], narrow: [320, 568] };

// inEveryLook calls visit with a page in every size and colour scheme, and a function
// that examines what the page shows and writes a screenshot of it. It returns the
// complaints.
async function inEveryLook(browser, screenshots, visit) {
  const complaints = [];
  for (const [size, [width, height]] of Object.entries(sizes)) {
    for (const colorScheme of size === "narrow" ? ["light"] : ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
      await context.addInitScript(() => {
        globalThis.violations = [];
        addEventListener("securitypolicyviolation", (e) => globalThis.violations.push(`${e.violatedDirective} blocked ${e.blockedURI}`));
      });
      const page = await context.newPage();
      const heard = listen(page);
      await visit(page, async (name) => {
        const title = `${name}-${size}-${colorScheme}`;
        const found = await examine(page, join(screenshots, `${title}.png`));
        complaints.push(...found.map((complaint) => `${title}: ${complaint}`));
      });
      complaints.push(...heard().map((complaint) => `${size}-${colorScheme}: ${complaint}`));
      await context.close();
    }
  }
  return complaints;
}

// look visits pages {name: URL}.
export const look = (browser, { pages, screenshots }) => inEveryLook(browser, screenshots, async (page, examined) => {
  for (const [name, url] of Object.entries(pages)) {
    // A page that submits itself never counts as loaded.
    await page.goto(url, { waitUntil: "commit" });
    await examined(name);
  }
});

// tour goes where a person gets to: it signs in, agrees, looks at the account and
// signs out; and it goes where an application sends people by mistake.
export const tour = (browser, input) => inEveryLook(browser, input.screenshots, async (page, examined) => {
  await page.goto(input.authorizeURL);
  await examined("real-login");
  await signIn(page, "nobody", "nothing");
  await examined("real-login-problem");
  await signIn(page, input.username, input.password);
  await examined("real-consent");
  await decide(page, "allow");
  await page.goto(input.startURL);
  await examined("real-applications");
  await page.goto(input.accountURL);
  await examined("real-account");
  await page.goto(input.logoutURL);
  await examined("real-logout");
  await decide(page, "allow");
  await examined("real-signed-out");
  await page.goto(input.accountURL);
  await examined("real-login-account");
  await page.goto(input.mistakenURL);
  await examined("real-failure");
});

async function examine(page, screenshot) {
  await page.waitForFunction(() => document.readyState !== "loading" && document.styleSheets.length > 0 &&
    [...document.images].every((image) => image.complete));
  await page.screenshot({ path: screenshot, fullPage: true });
  const complaints = [];
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) complaints.push(`it scrolls sideways by ${wide} pixels`);
  complaints.push(...await keyboard(page), ...await page.evaluate(() => globalThis.violations), ...await accessible(page));
  return complaints;
}

// keyboard walks from the first control to the last with the Tab key.
async function keyboard(page) {
  const controls = page.locator("a[href], button, input:not([type=hidden]), summary");
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
