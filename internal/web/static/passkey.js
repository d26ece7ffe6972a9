// Makes passkeys and signs in with them (WebAuthn). It is all that needs a script
// in signing in: without one the page says so, and a password works.
(() => {
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  // opened gives the options with the fields that the browser wants as bytes.
  const opened = options => {
    const o = {...options.publicKey, challenge: bytes(options.publicKey.challenge)};
    if (o.user) o.user = {...o.user, id: bytes(o.user.id)};
    for (const list of ['excludeCredentials', 'allowCredentials']) {
      if (o[list]) o[list] = o[list].map(c => ({...c, id: bytes(c.id)}));
    }
    return {publicKey: o};
  };

  // told gives a credential as JSON.
  const told = c => {
    const r = {clientDataJSON: text(c.response.clientDataJSON)};
    for (const field of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (c.response[field]) r[field] = text(c.response[field]);
    }
    if (c.response.getTransports) r.transports = c.response.getTransports();
    return {id: c.id, rawId: text(c.rawId), type: c.type, response: r, clientExtensionResults: c.getClientExtensionResults(),
      authenticatorAttachment: c.authenticatorAttachment || undefined};
  };

  const send = async (path, body) => {
    const r = await fetch(path, {method: 'POST', body: JSON.stringify(body), credentials: 'same-origin',
      headers: {'Content-Type': 'application/json', Accept: 'application/json'}});
    const answer = await r.json();
    if (!r.ok) throw new Error((answer.faults || [answer]).map(f => f.message).join(' '));
    return answer;
  };

  const ways = {
    add: async form => {
      const asked = await send('/me/factors/passkeys/options', {present: form.elements.present.value});
      const made = await navigator.credentials.create(opened(asked.options));
      return send('/me/factors/passkeys', {key: asked.key, name: form.elements.name.value, credential: told(made)});
    },
    enter: async form => {
      const asked = await send('/sign-in/passkey/options', {});
      const found = await navigator.credentials.get(opened(asked.options));
      return send('/sign-in/passkey', {key: asked.key, next: form.elements.next.value, credential: told(found)});
    },
  };

  const ready = () => {
    if (!window.PublicKeyCredential) return;
    for (const form of document.querySelectorAll('form[data-passkey]')) {
      if (!form.hidden) continue;
      form.hidden = false;
      for (const none of document.querySelectorAll('[data-passkey-none]')) none.hidden = true;
      form.addEventListener('submit', async event => {
        event.preventDefault();
        const wrong = form.querySelector('[data-wrong]');
        const button = form.querySelector('button');
        wrong.textContent = '';
        button.disabled = true;
        try {
          location.assign((await ways[form.dataset.passkey](form)).goto);
        } catch (e) {
          wrong.textContent = e instanceof DOMException ? form.dataset.failed : e.message;
          button.disabled = false;
        }
      });
    }
  };
  ready();
})();
