// The flows that people go through. Each takes what it needs from its input:
//
//   authorizeURL, otherAuthorizeURL  two requests of the same application
//   redirectURI                      where both end
//   username, password               somebody who may sign in
//   logoutURL                        where to sign out
//   javaScript                       false to do without
//
// An "answer" is what reached the redirect URI, as an object. A "screen" is what a
// page of the server says.

async function visitor(browser, { javaScript = true }) {
  const context = await browser.newContext({ javaScriptEnabled: javaScript, ignoreHTTPSErrors: true });
  return { context, page: await context.newPage() };
}

// press clicks a button and waits for the page that follows.
async function press(page, button) {
  const [response] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), button.click()]);
  return response;
}

const decide = (page, value) => press(page, page.locator(`button[name=decision][value=${value}]`));

async function signIn(page, username, password) {
  await page.locator("input[name=username]").fill(username);
  await page.locator("input[name=password]").fill(password);
  return press(page, page.locator("form:has(input[name=password]) button[type=submit]"));
}

// screen says what a page shows.
async function screen(page, response) {
  const texts = (selector) => page.locator(selector).allInnerTexts();
  return {
    url: page.url(), status: response?.status() ?? 0, title: await page.title(),
    heading: (await texts("h1")).join(" "), problem: (await texts("[role=alert]")).join(" "), text: (await texts("main")).join(" "),
    asksPassword: (await page.locator("input[name=password]").count()) > 0,
    asksConsent: (await page.locator("button[name=decision]").count()) > 0,
  };
}

const arrived = (page, { redirectURI }) => page.url().startsWith(redirectURI);

// answer waits for the application and returns what it was told, in the query or
// the fragment.
async function answer(page, { redirectURI }) {
  await page.waitForURL((url) => url.href.startsWith(redirectURI));
  const url = new URL(page.url());
  return Object.fromEntries([...url.searchParams, ...new URLSearchParams(url.hash.slice(1))]);
}

// through goes from a request to the answer, past whatever the server asks.
async function through(page, url, input) {
  const asked = [];
  await page.goto(url);
  if (!arrived(page, input) && await page.locator("input[name=password]").count()) {
    asked.push("password");
    await signIn(page, input.username, input.password);
  }
  if (!arrived(page, input) && await page.locator("button[name=decision]").count()) {
    asked.push("consent");
    await decide(page, "allow");
  }
  return { asked, answer: await answer(page, input) };
}

// allow signs in and consents, then asks a second time in the same browser.
export async function allow(browser, input) {
  const { page } = await visitor(browser, input);
  const first = await through(page, input.authorizeURL, input);
  return { first, second: input.otherAuthorizeURL ? await through(page, input.otherAuthorizeURL, input) : null };
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

// wrongPassword errs, and then signs in after all.
export async function wrongPassword(browser, input) {
  const { page } = await visitor(browser, input);
  await page.goto(input.authorizeURL);
  const refused = await screen(page, await signIn(page, input.username, `not ${input.password}`));
  refused.username = await page.locator("input[name=username]").inputValue();
  refused.password = await page.locator("input[name=password]").inputValue();
  await signIn(page, input.username, input.password);
  if (!arrived(page, input)) await decide(page, "allow");
  return { refused, answer: await answer(page, input) };
}

// expired submits a login page whose cookies are gone, and one whose hidden inputs
// are not what the server sent.
export async function expired(browser, input) {
  const { context, page } = await visitor(browser, input);
  await page.goto(input.authorizeURL);
  await context.clearCookies();
  const withoutCookies = await screen(page, await signIn(page, input.username, input.password));
  await page.goto(input.authorizeURL);
  await page.locator("input[type=hidden]").evaluateAll((inputs) => inputs.forEach((i) => { i.value = `x${i.value.slice(1)}`; }));
  const altered = await screen(page, await signIn(page, input.username, input.password));
  return { withoutCookies, altered };
}

// twoTabs has two requests open at once in one browser, and finishes the first one
// first.
export async function twoTabs(browser, input) {
  const { context, page: first } = await visitor(browser, input);
  const second = await context.newPage();
  await first.goto(input.authorizeURL);
  await second.goto(input.otherAuthorizeURL);
  const answers = [];
  for (const page of [first, second]) {
    if (await page.locator("input[name=password]").count()) await signIn(page, input.username, input.password);
    if (!arrived(page, input)) await decide(page, "allow");
    answers.push(await answer(page, input));
  }
  return { answers };
}

// otherBrowser lets a browser submit the login form that the server made for
// another one: what a person does who is tricked into finishing somebody's flow.
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
  const response = await signIn(victim, input.username, input.password);
  return { screen: await screen(victim, response), arrived: arrived(victim, input) };
}

// signOut signs out with the given decision and then asks again.
export async function signOut(browser, input) {
  const { page } = await visitor(browser, input);
  await through(page, input.authorizeURL, input);
  const asked = await screen(page, await page.goto(input.logoutURL));
  const done = await screen(page, await decide(page, input.decision ?? "allow"));
  const again = await screen(page, await page.goto(input.otherAuthorizeURL ?? input.authorizeURL));
  return { asked, done, again };
}
