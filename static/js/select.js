/*
  Bulk selection: <form data-select-list> around a table with [data-select] boxes, one [data-select-all] in the head
  and the bar of macros/bulk.html. Shift-click takes all rows in between; Escape clears; "Select all 78" acts on all
  that match, on every page: the field `all` says so to the server.
*/
(() => {
  "use strict";
  const last = new WeakMap();
  const boxes = (list) => [...list.querySelectorAll("[data-select]")];
  const every = (list) => list.querySelector("[data-bulk-every]");

  const count = (list) => {
    const bar = list.querySelector("[data-bulk]");
    if (!bar) return;
    const rows = boxes(list);
    const chosen = rows.filter((box) => box.checked).length;
    const total = bar.dataset.total;
    const whole = every(list)?.value === "1";
    const text = whole ? bar.dataset.every.replace("{n}", total) : chosen === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", chosen);
    const hadFocus = bar.contains(document.activeElement);
    bar.classList.add("is-ready");
    bar.hidden = !chosen;
    bar.querySelector("[data-bulk-count]").textContent = chosen ? text : "";
    bar.querySelector("[data-bulk-all]").hidden = whole || chosen < rows.length || Number(total) <= rows.length;
    const head = list.querySelector("[data-select-all]");
    if (!head) return;
    head.checked = rows.length > 0 && chosen === rows.length;
    head.indeterminate = chosen > 0 && chosen < rows.length;
    if (hadFocus && bar.hidden) head.focus();
  };

  const clear = (list) => {
    for (const box of boxes(list)) box.checked = false;
    if (every(list)) every(list).value = "";
    count(list);
  };

  const between = (list, box) => {
    const rows = boxes(list);
    const [from, to] = [rows.indexOf(last.get(list)), rows.indexOf(box)].sort((a, b) => a - b);
    if (from < 0) return;
    for (const row of rows.slice(from, to + 1)) row.checked = box.checked;
  };

  document.addEventListener("click", (event) => {
    const list = event.target.closest?.("[data-select-list]");
    if (!list) return;
    if (event.target.matches("[data-select]")) {
      if (event.shiftKey) between(list, event.target);
      last.set(list, event.target);
    } else if (event.target.closest("[data-bulk-all]")) {
      every(list).value = "1";
      count(list);
      list.querySelector("[data-bulk-clear]").focus();
    } else if (event.target.closest("[data-bulk-clear]")) {
      event.preventDefault();
      clear(list);
    }
  });

  document.addEventListener("change", (event) => {
    const list = event.target.closest?.("[data-select-list]");
    if (!list || !event.target.matches("[data-select], [data-select-all]")) return;
    if (event.target.matches("[data-select-all]")) for (const box of boxes(list)) box.checked = event.target.checked;
    if (every(list)) every(list).value = "";
    count(list);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const list = event.target.closest?.("[data-select-list]") ?? document.querySelector("[data-select-list]");
    if (!list || !boxes(list).some((box) => box.checked)) return;
    event.preventDefault();
    clear(list);
  });

  page.visit((root) => {
    const lists = page.all(root, "[data-select-list]");
    const around = root.closest?.("[data-select-list]");
    for (const list of around ? [...lists, around] : lists) count(list);
  });
})();
