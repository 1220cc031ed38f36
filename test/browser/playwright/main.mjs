// Plays one scenario in Chromium. Standard input is JSON: {chromium, args, scenario,
// input}, args are more of Chromium's own; standard output is {result, complaints}:
// what the scenario returns, and what its visitors' browsers complained about.
import { chromium } from "playwright-core";
import * as account from "./account.mjs";
import * as flows from "./flows.mjs";
import * as frames from "./frames.mjs";
import * as looks from "./looks.mjs";
import * as passkeys from "./passkeys.mjs";
import * as spa from "./spa.mjs";
import { complaints } from "./visits.mjs";

const scenarios = { ...account, ...flows, ...frames, ...looks, ...passkeys, ...spa };

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
    ...(order.args ?? []),
  ],
});
try {
  const result = await scenario(browser, order.input);
  process.stdout.write(JSON.stringify({ result, complaints: complaints() }));
} finally {
  await browser.close();
}
