// Asks the browser for a passkey and submits the answer with the form of the page. What a
// page asks is in data-create or data-get of the form, as WebAuthn's JSON.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const keys = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

const create = async (o) => {
  const made = await navigator.credentials.create({ publicKey: {
    ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: keys(o.excludeCredentials),
  } });
  return [made, {
    attestationObject: text(made.response.attestationObject), transports: made.response.getTransports?.() ?? [],
  }];
};

const get = async (o) => {
  const given = await navigator.credentials.get({ publicKey: {
    ...o, challenge: bytes(o.challenge), allowCredentials: keys(o.allowCredentials),
  } });
  const { authenticatorData, signature, userHandle } = given.response;
  return [given, {
    authenticatorData: text(authenticatorData), signature: text(signature), ...(userHandle && { userHandle: text(userHandle) }),
  }];
};

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-create], form[data-get]") : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.passkey.value) return;
    event.preventDefault();
    const problem = form.querySelector(".problem");
    problem.hidden = true;
    try {
      const { create: made, get: asked } = form.dataset;
      const [key, response] = made ? await create(JSON.parse(made)) : await get(JSON.parse(asked));
      response.clientDataJSON = text(key.response.clientDataJSON);
      form.elements.passkey.value = JSON.stringify({
        id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: {},
      });
      form.requestSubmit(event.submitter);
    } catch {
      problem.hidden = false;
    }
  });
}
