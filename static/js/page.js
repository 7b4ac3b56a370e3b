/* What the other scripts stand on: a visit at load and after every swap, requests of our own, what is said aloud. */
const page = (() => {
  "use strict";
  const visitors = [];
  const words = () => document.getElementById("toasts")?.dataset ?? {};

  // A visitor gets each root that came into the page: the document at first, then what was swapped in.
  const visit = (visitor) => { visitors.push(visitor); };
  const visitAll = (root) => { for (const visitor of visitors) visitor(root); };

  const all = (root, selector) => {
    const found = [...root.querySelectorAll(selector)];
    return root.matches?.(selector) ? [root, ...found] : found;
  };

  const parse = (text) => new DOMParser().parseFromString(text, "text/html").body;

  // The sentence of a refusal: the error pages mark theirs.
  const sentence = (text) => parse(text).querySelector("[data-sentence]")?.textContent.trim();

  const toast = (text) => {
    const place = document.getElementById("toasts");
    if (!place || !text) return;
    const box = document.createElement("p");
    box.className = "toast";
    box.textContent = text;
    place.replaceChildren(box);
    setTimeout(() => box.remove(), 8000);
  };

  const say = (text) => {
    const place = document.getElementById("said");
    if (place) place.textContent = text;
  };

  // A request of ours looks like one of htmx, so the server answers with the fragment.
  const ask = async (url, options = {}) => {
    const response = await fetch(url, {
      ...options,
      credentials: "same-origin",
      headers: { "HX-Request": "true", "HX-Current-URL": location.href, Accept: "text/html" },
    });
    const away = response.headers.get("HX-Redirect");
    if (away) location.assign(away);
    else if (response.headers.get("HX-Refresh") === "true") location.reload();
    return { status: response.status, ok: response.ok && !response.redirected, text: await response.text() };
  };

  document.addEventListener("DOMContentLoaded", () => visitAll(document));
  document.addEventListener("htmx:after:process", (event) => { if (event.target !== document.body) visitAll(event.target); });

  // Answers that are not swapped still have to be heard; a refused form is swapped and speaks for itself.
  document.addEventListener("htmx:response:error", (event) => {
    const { response, text } = event.detail.ctx;
    if (response.status !== 422) toast(sentence(text) || words().refused);
  });
  document.addEventListener("htmx:error", (event) => { if (event.detail?.ctx) toast(words().lost); });
  // The server may have something to say: HX-Trigger: {"toast": "Tag set on 6 products"}.
  document.addEventListener("toast", (event) => toast(event.detail?.value));

  return { visit, visitAll, all, parse, sentence, toast, say, ask, words };
})();
