/* The focus is never lost: it goes to what [data-focus] names, and survives every swap. */
(() => {
  "use strict";
  const reachable = 'a[href], button:not(:disabled), input:not([type="hidden"], :disabled), select, textarea, summary, [tabindex="0"]';
  const name = (element) => element.getAttribute("aria-label") || element.textContent.trim();
  let kept = null;

  // Chips, heads of columns and pages have no ids: what is called the same comes first, then what stood after it.
  const companions = (element) => {
    const group = element.closest(".chips, thead, .pager, .tools");
    const all = group ? page.all(group, reachable) : [];
    const at = all.indexOf(element);
    return [...all.slice(at), ...all.slice(0, Math.max(at, 0)).reverse()].map(name);
  };

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
      beside: companions(element),
    };
  });

  const find = ({ id, control, called, row, next, beside }) => {
    const byId = id && document.getElementById(id);
    if (byId) return byId;
    for (const wanted of beside) {
      const found = page.all(document.getElementById("main"), ":is(.chips, thead, .pager, .tools) :is(a[href], button, summary)").find((e) => name(e) === wanted);
      if (found) return found;
    }
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
