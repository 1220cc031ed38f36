// popup signs in as single-page applications do: a window of the application opens
// the server's page, and finds its way back through the popup's opener.
export async function popup(browser, { application, page: target }) {
  const opener = await (await browser.newContext()).newPage();
  await opener.goto(application);
  const [opened] = await Promise.all([
    opener.waitForEvent("popup"),
    opener.evaluate((url) => { globalThis.opened = open(url, "popup", "width=500,height=600"); }, target),
  ]);
  await opened.waitForURL(target);
  const seenClosed = await opener.evaluate(() => globalThis.opened.closed);
  // Only a navigation by the page itself, like a redirect, keeps an opener at all.
  await Promise.all([opened.waitForURL(application), opened.evaluate((url) => { location.href = url; }, application)]);
  return { seenClosed, hasOpener: await opened.evaluate(() => window.opener !== null) };
}

// framed says whether a page shows inside another site's frame.
export async function framed(browser, { application, page: target }) {
  const outside = await (await browser.newContext()).newPage();
  await outside.goto(application);
  await outside.evaluate((url) => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.onload = done;
    frame.src = url;
    document.body.append(frame);
  }), target);
  const frame = outside.frames().find((f) => f !== outside.mainFrame());
  return { forms: await frame.locator("form").count() };
}
