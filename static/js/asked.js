/*
  What is asked of a list stands in several places: the search over it, the panel of filters, links that act on what is
  shown. Each of them has [data-asks] and follows the others: as soon as one of them changes, and again with the list
  that comes, which says in [data-asked] what it shows. So none of them acts on what was asked for before.
*/
(() => {
  "use strict";
  const askers = (kind) => document.querySelectorAll(`${kind}[data-asks]`);
  // `find` narrows what can be ticked, not the list.
  const said = (form) => new URLSearchParams([...new FormData(form)].filter(([name, value]) => value && name !== "find"));

  const lead = (link, asked) => {
    for (const name of ["href", "hx-get"]) {
      const [path] = (link.getAttribute(name) ?? "").split("?");
      if (path) link.setAttribute(name, [path, ...(String(asked) ? [asked] : [])].join("?"));
    }
  };

  // What no box or field of the form stands for is kept unseen.
  const hide = (form, asked) => {
    const seen = [...form.elements].filter((control) => control.name && control.type !== "hidden");
    for (const control of form.querySelectorAll('input[type="hidden"]')) control.remove();
    for (const [name, value] of asked) {
      if (seen.some((control) => control.name === name && (control.type === "search" || control.value === value))) continue;
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  };

  const tick = (control, asked) => {
    const values = asked.getAll(control.name);
    const none = control.type === "radio" && control === control.form.elements[control.name][0];
    control.checked = values.length ? values.includes(control.value) : none;
  };

  const fill = (form, asked) => {
    hide(form, asked);
    for (const control of form.elements) {
      if (["checkbox", "radio"].includes(control.type)) tick(control, asked);
      else if (control.matches("[data-search]") && control !== document.activeElement) control.value = asked.get(control.name) ?? "";
    }
  };

  const follow = (asked, source) => {
    for (const link of askers("a")) lead(link, asked);
    for (const form of askers("form")) if (form !== source) fill(form, asked);
  };

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.form;
      if (form?.hasAttribute("data-asks")) follow(said(form), form);
    });
  }

  page.visit((root) => {
    const list = root !== document && page.all(root, "[data-asked]")[0];
    if (list) follow(new URLSearchParams(list.dataset.asked));
  });
})();
