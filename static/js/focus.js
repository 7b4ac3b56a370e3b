/* The focus is never lost: it goes to what [data-focus] names, and survives every swap. */
(() => {
  "use strict";
  const reachable = 'a[href], button:not(:disabled), input:not([type="hidden"], :disabled), select, textarea, summary, [tabindex="0"]';
  const name = (element) => element.getAttribute("aria-label") || element.textContent.trim();
  let kept = null;

  page.visit((root) => {
    const wanted = page.all(root, "[data-focus]")[0];
    if (!wanted) return;
    wanted.focus();
    wanted.scrollIntoView({ block: "nearest" });
  });

  // By id htmx does this itself; rows and buttons in them have to be found by what they are called.
  document.addEventListener("htmx:before:swap", () => {
    const element = document.activeElement;
    if (!element || element === document.body) return;
    const row = element.closest("tr[id], li[id], section[id], form[id], [data-row]");
    kept = {
      id: element.id,
      control: element.getAttribute("name"),
      called: name(element),
      row: row?.id,
      next: row?.nextElementSibling?.id || row?.previousElementSibling?.id,
    };
  });

  const find = ({ id, control, called, row, next }) => {
    const byId = id && document.getElementById(id);
    if (byId) return byId;
    const place = (row && document.getElementById(row)) || (next && document.getElementById(next));
    const inside = place ? page.all(place, reachable) : [];
    return inside.find((e) => control && e.getAttribute("name") === control) || inside.find((e) => name(e) === called) || inside[0];
  };

  document.addEventListener("htmx:after:swap", () => {
    const lost = !document.activeElement || document.activeElement === document.body;
    if (kept && lost) (find(kept) || document.getElementById("main"))?.focus({ preventScroll: true });
    kept = null;
  });
})();
