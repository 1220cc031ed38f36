// What can be said of every page, whatever it is for: it is accessible, fits the
// screen, breaks none of its own rules, and can be used with the keyboard.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decide, listen, signIn } from "./visits.mjs";

const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const sizes = { desktop: [1280, 800], phone: [390, 844], narrow: [320, 568] };
const looks = [
  { size: "desktop", colorScheme: "light" }, { size: "phone", colorScheme: "dark" }, { size: "phone", colorScheme: "light" },
  { size: "desktop", colorScheme: "dark" }, { size: "narrow", colorScheme: "light" },
].map((look) => ({ ...look, title: `${look.size}-${look.colorScheme}`, viewport: { width: sizes[look.size][0], height: sizes[look.size][1] } }));

// watched returns a page that notes what its policy forbids, and what listens to it.
async function watched(browser, options) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  await context.addInitScript(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", (e) => globalThis.violations.push(`${e.violatedDirective} blocked ${e.blockedURI}`));
  });
  const page = await context.newPage();
  return { context, page, heard: listen(page) };
}

// look visits pages [{name, url, thorough, turn}] and returns the complaints. Whether a page fits is
// seen in every size; what takes longer is examined in two looks of a page that is thorough, and
// in one look of any other: that of its turn, so that all are seen in every language. Of those
// there are no pictures, which take long. Two pages are looked at side by side.
export async function look(browser, { pages, screenshots }) {
  const complaints = [];
  const queue = [...pages];
  await Promise.all([1, 2].map(async () => {
    const { context, page, heard } = await watched(browser, {});
    for (let next = queue.shift(); next; next = queue.shift()) {
      // A page that submits itself never counts as loaded.
      await page.goto(next.url, { waitUntil: "commit" });
      for (const [index, { title, viewport, colorScheme }] of looks.entries()) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await loaded(page);
        const name = `${next.name}-${title}`;
        const examined = next.thorough ? index < 2 : index === next.turn % looks.length;
        const found = examined ? await examine(page, next.thorough && join(screenshots, `${name}.png`)) : await fits(page);
        complaints.push(...found.map((complaint) => `${name}: ${complaint}`));
      }
    }
    complaints.push(...heard());
    await context.close();
  }));
  return complaints;
}

// withoutScripts reads what pages say where no script runs.
export async function withoutScripts(browser, { pages }) {
  const { context, page, heard } = await watched(browser, { javaScriptEnabled: false, viewport: looks[1].viewport, colorScheme: "dark" });
  const said = {};
  for (const { name, url } of pages) {
    await page.goto(url);
    said[name] = await page.locator("main").innerText();
  }
  await context.close();
  return { said, complaints: heard() };
}

// tour goes where a person gets to: it signs in, agrees, looks at the account and
// signs out; and it goes where an application sends people by mistake.
// The samples are seen in the other looks.
export async function tour(browser, input) {
  const complaints = [];
  for (const { title, viewport, colorScheme } of looks.slice(0, 2)) {
    const { context, page, heard } = await watched(browser, { viewport, colorScheme });
    await way(page, input, async (name) => {
      await loaded(page);
      const found = await examine(page, join(input.screenshots, `${name}-${title}.png`));
      complaints.push(...found.map((complaint) => `${name}-${title}: ${complaint}`));
    });
    complaints.push(...heard().map((complaint) => `${title}: ${complaint}`));
    await context.close();
  }
  return complaints;
}

async function way(page, input, examined) {
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
}

const loaded = (page) => page.waitForFunction(() => document.readyState !== "loading" && document.styleSheets.length > 0 &&
  [...document.images].every((image) => image.complete));

// fits says whether a page is as wide as the screen.
async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return wide > 0 ? [`it scrolls sideways by ${wide} pixels`] : [];
}

async function examine(page, screenshot) {
  if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
  const complaints = await fits(page);
  complaints.push(...await keyboard(page), ...await page.evaluate(() => globalThis.violations), ...await accessible(page));
  return complaints;
}

// keyboard walks from the first control to the last with the Tab key.
async function keyboard(page) {
  const count = await page.evaluate(() => {
    globalThis.walked = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), summary")];
    return globalThis.walked.length;
  });
  const complaints = [];
  for (let i = 0; i < count; i++) {
    if (i === 0) await page.evaluate(() => globalThis.walked[0].focus());
    else await page.keyboard.press("Tab");
    const [reached, visible] = await page.evaluate((at) => {
      const control = globalThis.walked[at];
      return [document.activeElement === control, getComputedStyle(control).outlineStyle !== "none"];
    }, i);
    if (!reached) complaints.push(`Tab ${i} does not reach control ${i}`);
    else if (!visible) complaints.push(`control ${i} does not show the focus`);
  }
  return complaints;
}

// accessible asks axe. It is evaluated by the debugger, so the page's policy need
// not be weakened for it; it comes last because its own work may violate it.
async function accessible(page) {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), rules);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`);
}
