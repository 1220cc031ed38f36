// A single-page application that uses oidc-client-ts: its page has the library as the
// global oidc, and nothing else. The input is that of visits.mjs, and
//
//   application   the application's origin
//   stranger      an origin that the server does not know, with the same pages
//   issuer        the server
//   settings      for the library's UserManager
import { arrived, asksConsent, asksPassword, decide, screen, signIn, visitor } from "./visits.mjs";

// manage calls a method of a UserManager in the page and returns what it gives, or
// the error.
const manage = (page, settings, method, ...more) => page.evaluate(async ([settings, method, more]) => {
  globalThis.manager ??= new globalThis.oidc.UserManager({ ...settings, userStore: new globalThis.oidc.WebStorageStateStore({ store: sessionStorage }) });
  try {
    const result = await globalThis.manager[method](...more);
    return result?.access_token ? { ...result, profile: result.profile } : result ?? {};
  } catch (caught) {
    return { failed: caught.error ?? caught.message };
  }
}, [settings, method, more]);

// leave calls a method that sends the browser elsewhere.
const leave = (page, settings, method, ...more) => Promise.all([
  page.waitForNavigation({ waitUntil: "load" }), manage(page, settings, method, ...more).catch(() => {}),
]);

// redirected signs in by a redirect and returns the user that the library knows then.
async function redirected(page, input) {
  await page.goto(`${input.application}/`);
  await leave(page, input.settings, "signinRedirect", { state: { place: "here" } });
  if (await asksPassword(page)) await signIn(page, input.username, input.password);
  if (!arrived(page, input) && await asksConsent(page)) await decide(page, "allow");
  await page.waitForURL((url) => url.href.startsWith(input.redirectURI));
  return manage(page, input.settings, "signinRedirectCallback");
}

// singlePage signs in, renews, revokes and signs out.
export async function singlePage(browser, input) {
  const { page } = await visitor(browser, input);
  const user = await redirected(page, input);
  const renewed = await manage(page, input.settings, "signinSilent");
  const userinfo = (token) => page.evaluate(async ([issuer, token]) => {
    const response = await fetch(`${issuer}/userinfo`, { headers: { Authorization: `Bearer ${token}` } });
    return { status: response.status, challenge: response.headers.get("WWW-Authenticate") };
  }, [input.issuer, token]);
  const before = await userinfo(renewed.access_token);
  const revoked = await manage(page, input.settings, "revokeTokens");
  const after = await userinfo(renewed.access_token);
  await leave(page, input.settings, "signoutRedirect", { state: "bye", id_token_hint: renewed.id_token });
  const asked = await screen(page);
  await decide(page, "allow");
  await page.waitForURL((url) => url.href.startsWith(input.settings.post_logout_redirect_uri));
  const out = await manage(page, input.settings, "signoutRedirectCallback");
  return { user, renewed, before, revoked, after, asked, out };
}

// silent signs in and renews in a frame that nobody sees, then signs out at the
// server and tries again.
export async function silent(browser, input) {
  const { page } = await visitor(browser, input);
  const user = await redirected(page, input);
  const renewed = await manage(page, input.settings, "signinSilent");
  const elsewhere = await page.context().newPage();
  await elsewhere.goto(input.logoutURL);
  await decide(elsewhere, "allow");
  return { user, renewed, after: await manage(page, input.settings, "signinSilent") };
}

// popup signs in with a window of its own.
export async function signInWithPopup(browser, input) {
  const { page } = await visitor(browser, input);
  await page.goto(`${input.application}/`);
  const [opened, user] = [page.waitForEvent("popup"), manage(page, input.settings, "signinPopup")];
  const popup = await opened;
  await popup.waitForSelector("input[name=password]");
  await signIn(popup, input.username, input.password);
  // The popup closes itself when the application has the answer.
  await Promise.all([popup.waitForEvent("close"), popup.locator("button[name=decision][value=allow]").click()]);
  return user;
}

// stranger tries what a page of another origin can get to see. That it cannot is an
// error of its page, so nobody listens to that.
export async function foreignOrigin(browser, input) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${input.stranger}/`);
  return page.evaluate(async (issuer) => {
    const outcome = (path, options) => fetch(`${issuer}${path}`, options).then((r) => `seen ${r.status}`, () => "refused");
    const body = new URLSearchParams({ grant_type: "authorization_code", code: "c", client_id: "i" });
    return {
      discovery: await outcome("/.well-known/openid-configuration"),
      token: await outcome("/token", { method: "POST", body }),
      userinfo: await outcome("/userinfo", { headers: { Authorization: "Bearer t" } }),
      revoke: await outcome("/revoke", { method: "POST", body }),
      introspect: await outcome("/introspect", { method: "POST", body }),
      account: await outcome("/account", { credentials: "include" }),
    };
  }, input.issuer);
}
