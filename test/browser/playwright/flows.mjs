// The flows that people go through; see visits.mjs for their input.
import { answer, asksPassword, decide, finish, press, screen, signIn, arrived, through, visitor } from "./visits.mjs";

// allow signs in and consents, then asks a second time in the same browser.
export async function allow(browser, input) {
  const { page } = await visitor(browser, input);
  const first = await through(page, input.authorizeURL, input);
  return { first, second: await through(page, input.otherAuthorizeURL, input) };
}

// deny signs in and denies.
export async function deny(browser, input) {
  const { page } = await visitor(browser, input);
  await page.goto(input.authorizeURL);
  await signIn(page, input.username, input.password);
  const consent = await screen(page);
  await decide(page, "deny");
  return { consent, answer: await answer(page, input) };
}

// cancel goes back to the application instead of signing in.
export async function cancel(browser, input) {
  const { page } = await visitor(browser, input);
  await page.goto(input.authorizeURL);
  await press(page, page.getByRole("link", { name: "Cancel and go back" }));
  return answer(page, input);
}

// wrongPassword errs, and then signs in after all.
export async function wrongPassword(browser, input) {
  const { page } = await visitor(browser, input);
  await page.goto(input.authorizeURL);
  const refused = await screen(page, await signIn(page, input.username, `not ${input.password}`));
  refused.username = await page.locator("input[name=username]").inputValue();
  refused.password = await page.locator("input[name=password]").inputValue();
  return { refused, answer: (await finish(page, input)).answer };
}

// tampered submits a login page whose cookies are gone, and one whose hidden inputs
// are not what the server sent.
export async function tampered(browser, input) {
  const { context, page } = await visitor(browser, input);
  await page.goto(input.authorizeURL);
  await context.clearCookies();
  const withoutCookies = await screen(page, await signIn(page, input.username, input.password));
  await page.goto(input.authorizeURL);
  await page.locator("input[type=hidden]").evaluateAll((inputs) => inputs.forEach((i) => { i.value = `x${i.value.slice(1)}`; }));
  const altered = await screen(page, await signIn(page, input.username, input.password));
  return { withoutCookies, altered };
}

// expired submits a login page that has become too old: the server says so of the
// page's own address first. It takes another page while they still live for long.
export async function expired(browser, input) {
  const { context, page } = await visitor(browser, input);
  for (let attempt = 0; attempt < 5; attempt++) {
    await page.goto(input.authorizeURL);
    const flow = await page.locator("input[name=flow]").inputValue();
    const url = new URL(`login?flow=${encodeURIComponent(flow)}`, `${input.issuer}/`);
    for (const end = Date.now() + 4000; Date.now() < end; await new Promise((done) => { setTimeout(done, 50); })) {
      if ((await context.request.get(url.href)).status() === 400) {
        const old = await screen(page, await signIn(page, input.username, input.password));
        return { old, again: await screen(page, await page.goto(input.authorizeURL)) };
      }
    }
  }
  throw new Error("no page expires");
}

// twoTabs has two requests open at once in one browser, and finishes the first one
// first.
export async function twoTabs(browser, input) {
  const { context, page: first } = await visitor(browser, input);
  const second = await context.newPage();
  await first.goto(input.authorizeURL);
  await second.goto(input.otherAuthorizeURL);
  const answers = [];
  for (const page of [first, second]) answers.push((await finish(page, input)).answer);
  return { answers };
}

// switchUser signs in, and lets somebody else go on from the consent page.
export async function switchUser(browser, input) {
  const { page } = await visitor(browser, input);
  await page.goto(input.authorizeURL);
  await signIn(page, input.username, input.password);
  const former = await screen(page);
  const login = await screen(page, await press(page, page.getByRole("link", { name: "Use another account" })));
  await signIn(page, input.otherUsername, input.otherPassword);
  const latter = await screen(page);
  return { former, login, latter, answer: (await finish(page, input)).answer };
}

// otherBrowser lets a browser submit the login form that the server made for
// another one, and open the consent page of another one: what a person does who is
// tricked into finishing somebody's flow.
export async function otherBrowser(browser, input) {
  const { page: attacker } = await visitor(browser, input);
  await attacker.goto(input.authorizeURL);
  const stolen = await attacker.locator("form input[type=hidden]").evaluateAll((inputs) => inputs.map((i) => [i.name, i.value]));
  const { page: victim } = await visitor(browser, input);
  await victim.goto(input.authorizeURL);
  await victim.locator("form").first().evaluate((form, fields) => {
    form.querySelectorAll("input[type=hidden]").forEach((old) => old.remove());
    for (const [name, value] of fields) {
      const field = form.ownerDocument.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
  }, stolen);
  const login = await screen(victim, await signIn(victim, input.username, input.password));
  await signIn(attacker, input.otherUsername, input.otherPassword);
  const consent = await screen(victim, await victim.goto(attacker.url()));
  await victim.goto(input.accountURL);
  return { login, consent, arrived: arrived(victim, input), signedIn: !await asksPassword(victim) };
}

// signOut signs out with the given decision and then asks again.
export async function signOut(browser, input) {
  const { page } = await visitor(browser, input);
  await through(page, input.authorizeURL, input);
  const asked = await screen(page, await page.goto(input.logoutURL));
  const done = await screen(page, await decide(page, input.decision));
  const again = await screen(page, await page.goto(input.otherAuthorizeURL));
  return { asked, done, again };
}
