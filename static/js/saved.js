/*
  Settings that save as soon as they are changed: <form data-autosave> (or single controls with data-autosave).
  The whole form is posted like a request of htmx. The server answers 200 with saved('09:14') of macros/saved.html,
  or 422 with saved(problem='…'). On failure the control jumps back to what is saved and the row says why.
  Parts of the answer with [data-beside] take the place of those of the page that have their ids.
  The defaults of the DOM (defaultChecked, defaultValue) hold what the server has.
  data-applies="theme" or "density" on a control shows its value on the page at once.
*/
(() => {
  "use strict";
  const running = new WeakMap();

  const slotOf = (form, control) => control?.closest(".set, .field")?.querySelector("[data-saved]") ?? form.querySelector("[data-saved]");

  const show = (slot, kind, text) => {
    if (!slot) return;
    const line = document.createElement("span");
    line.className = `saved saved--${kind}`;
    line.textContent = text;
    const mark = slot.nextElementSibling;
    if (kind === "bad" && mark?.matches("template")) line.prepend(mark.content.cloneNode(true));
    slot.replaceChildren(line);
  };

  const snapshot = (form) => [...form.elements].map((control) => ({
    control,
    checked: control.checked,
    value: control.value,
    selected: control.options ? [...control.options].map((option) => option.selected) : null,
  }));

  const keep = (states) => {
    for (const { control, checked, value, selected } of states) {
      if (selected) [...control.options].forEach((option, n) => { option.defaultSelected = selected[n]; });
      else if (control.type === "checkbox" || control.type === "radio") control.defaultChecked = checked;
      else if ("defaultValue" in control && control.type !== "hidden") control.defaultValue = value;
    }
  };

  const applyTo = (form) => {
    for (const control of form.querySelectorAll("[data-applies]")) {
      const value = control.type === "radio" && !control.checked ? null : control.value;
      if (value === "auto" || value === "normal") delete document.documentElement.dataset[control.dataset.applies];
      else if (value !== null) document.documentElement.dataset[control.dataset.applies] = value;
    }
  };

  const refuse = (form, slot, answer) => {
    form.reset();
    applyTo(form);
    const own = answer && page.parse(answer.text).querySelector(".saved--bad");
    if (own && slot) slot.replaceChildren(own);
    else show(slot, "bad", (answer && page.sentence(answer.text)) || (answer ? slot?.dataset.refused : slot?.dataset.failed) || "");
  };

  const accept = (states, slot, answer) => {
    keep(states);
    const body = page.parse(answer.text);
    const line = body.querySelector(".saved");
    if (line && slot) slot.replaceChildren(line);
    for (const part of body.querySelectorAll("[data-beside]")) document.getElementById(part.id)?.replaceWith(part);
  };

  const send = async (form, slot) => {
    const states = snapshot(form);
    show(slot, "busy", slot?.dataset.saving ?? "");
    const answer = await page.ask(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (answer?.ok) accept(states, slot, answer);
    else refuse(form, slot, answer);
    return Boolean(answer?.ok);
  };

  // One request at a time: a change made meanwhile is sent after the answer.
  const save = async (form, control) => {
    const slot = slotOf(form, control);
    if (running.has(form)) {
      running.set(form, slot);
      return;
    }
    running.set(form, null);
    let fine = await send(form, slot);
    while (fine && running.get(form)) {
      const next = running.get(form);
      running.set(form, null);
      fine = await send(form, next);
    }
    running.delete(form);
  };

  document.addEventListener("change", (event) => {
    const { target } = event;
    const form = target.form;
    if (!form || !(form.hasAttribute("data-autosave") || target.hasAttribute("data-autosave"))) return;
    applyTo(form);
    save(form, target);
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("data-autosave") || event.submitter) return;
    event.preventDefault();
    save(event.target, document.activeElement);
  });
})();
