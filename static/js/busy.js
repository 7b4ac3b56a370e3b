/* A form is sent once: its button says that it is busy, and a second press does nothing until the answer is there. */
(() => {
  "use strict";
  // A download answers without leaving the page, so the button comes back by itself.
  const patience = 10000;

  const begin = (form, button) => {
    form.dataset.busy = "";
    button?.setAttribute("aria-busy", "true");
  };
  const end = (form) => {
    delete form.dataset.busy;
    for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    if (!("busy" in event.target.dataset)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    begin(form, event.submitter);
    setTimeout(() => end(form), patience);
  });
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-busy]")) end(form); });

  const parts = ({ sourceElement, target }) => ({
    form: sourceElement?.closest?.("form"),
    table: target?.closest?.("table") || target?.querySelector?.("table"),
  });
  // Kept until the end: by then a swap may have taken the target out of its table.
  const under = new WeakMap();
  document.addEventListener("htmx:before:request", (event) => {
    const found = parts(event.detail.ctx);
    const { form, table } = found;
    under.set(event.detail.ctx, found);
    const post = event.detail.ctx.request.method !== "GET";
    if (form && post) begin(form, event.detail.ctx.request.submitter ?? form.querySelector("button:focus"));
    table?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const { form, table } = under.get(event.detail.ctx) ?? {};
    if (form) end(form);
    table?.removeAttribute("aria-busy");
  });

  // What is refused is shown with its reason and can be reached, but does nothing.
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('[aria-disabled="true"]')) event.preventDefault();
  }, true);
})();
