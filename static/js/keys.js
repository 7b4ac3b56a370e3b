/* Keys of the whole page: / to the search, ? for the list of keys, Escape out of a question in place. */
(() => {
  "use strict";
  const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");

  const acts = {
    "/": () => {
      const field = document.querySelector("[data-search]");
      field?.focus();
      field?.select();
      return Boolean(field);
    },
    "?": () => {
      const list = document.getElementById("keys");
      if (!list?.open) list?.showModal();
      return Boolean(list);
    },
  };

  // What was typed before the scripts were there is searched for now.
  document.addEventListener("htmx:after:process", (event) => {
    if (event.target !== document.body) return;
    for (const field of document.querySelectorAll("[data-search]")) {
      if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const out = event.target.closest?.(".confirm, .in-place")?.querySelector("[data-escape]");
      if (!out) return;
      event.preventDefault();
      out.click();
    } else if (!typing(event.target) && acts[event.key]?.()) {
      event.preventDefault();
    }
  });
})();
