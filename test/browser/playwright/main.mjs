// Plays one scenario in Chromium. Standard input is JSON: {chromium, scenario,
// input}; standard output is what the scenario returns.
import { chromium } from "playwright-core";
import * as flows from "./flows.mjs";
import * as looks from "./looks.mjs";
import * as popups from "./popups.mjs";

const scenarios = { ...flows, ...looks, ...popups };

let text = "";
for await (const chunk of process.stdin) text += chunk;
const order = JSON.parse(text);
const scenario = scenarios[order.scenario];
if (!scenario) throw new Error(`there is no scenario ${order.scenario}`);

const browser = await chromium.launch({
  executablePath: order.chromium,
  args: [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
try {
  process.stdout.write(JSON.stringify(await scenario(browser, order.input)));
} finally {
  await browser.close();
}
