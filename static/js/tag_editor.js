/*
  Tags in place. In a cell `.tags` every [data-tag-edit] leads to the page of the product's tags; here the same address,
  asked like htmx, answers with the fragment of macros/tag_editor.html, which opens below and stays until Escape.
  Typing asks for it again with ?q=…; each choice is posted and answered with the cell, 422 with what is wrong.
  Keys: up and down move, Enter sets, Backspace in the empty field takes the last one off, Tab goes to the colours,
  Escape closes; the focus returns to where it was, or to the + of the new cell.
*/
(() => {
  "use strict";
  const PAUSE = 90;
  let open = null;

  const field = (editor) => editor.querySelector('[role="combobox"]');
  const options = (editor) => [...editor.querySelectorAll('[role="option"]')];
  const marked = (editor) => editor.querySelector('[role="option"][aria-selected="true"]');
  const plus = (cell) => cell.querySelector(".tag-add");
  const problem = (editor) => editor.querySelector(".tag-edit__problem");

  const mark = (editor, option) => {
    for (const other of options(editor)) other.setAttribute("aria-selected", String(other === option));
    if (option) field(editor).setAttribute("aria-activedescendant", option.id);
    else field(editor).removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };

  const close = (back) => {
    if (!open) return;
    const { cell, editor, opener, timer } = open;
    open = null;
    clearTimeout(timer);
    editor.remove();
    plus(cell)?.setAttribute("aria-expanded", "false");
    if (back) (opener.isConnected ? opener : plus(cell))?.focus();
  };

  // The chip in "Create" shows the chosen colour.
  const paint = (editor) => {
    const chip = editor.querySelector("[data-new-tag]");
    const color = editor.querySelector("input[name=color]:checked")?.value;
    if (chip && color) chip.className = `tag c-${color}`;
  };

  const swap = (editor, fresh, part) => editor.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);

  // Ask again what there is to choose. Nothing typed: nothing marked, so that Enter sets nothing by mistake.
  const narrow = async (editor) => {
    const typed = field(editor).value;
    const answer = await page.ask(`${editor.dataset.tagEditor}?${new URLSearchParams({ q: typed })}`).catch(() => null);
    if (open?.editor !== editor || field(editor).value !== typed) return null;
    if (!answer?.ok) {
      page.toast(page.words().lost);
      return null;
    }
    const fresh = page.parse(answer.text).querySelector("[data-tag-editor]");
    swap(editor, fresh, "[data-tag-current]");
    swap(editor, fresh, "[data-tag-options]");
    paint(editor);
    mark(editor, typed.trim() ? options(editor)[0] : null);
    open.stale = false;
    return fresh;
  };

  const later = (editor) => {
    clearTimeout(open.timer);
    open.stale = true;
    problem(editor).replaceChildren();
    mark(editor, null);
    open.timer = setTimeout(async () => {
      if (await narrow(editor)) page.say(editor.querySelector(".opts").dataset.said);
    }, PAUSE);
  };

  // The editor stands in the cell: what is around it goes, so that the focus in it stays.
  const renew = (cell, editor, text) => {
    const fresh = page.parse(text).querySelector(".tags");
    if (!fresh) return;
    for (const child of [...cell.childNodes]) if (child !== editor) child.remove();
    editor.before(...fresh.childNodes);
    plus(cell)?.setAttribute("aria-expanded", "true");
    page.visitAll(cell);
  };

  const complain = (editor, text) => {
    const said = page.parse(text).querySelector("[data-sentence]");
    problem(editor).replaceChildren(...(said ? said.childNodes : [page.words().refused]));
    field(editor).setAttribute("aria-invalid", "true");
    field(editor).focus();
  };

  // What was typed is done with; a new tag begins with the colour that is used least now.
  const empty = async (editor) => {
    field(editor).value = "";
    const fresh = await narrow(editor);
    const color = fresh?.querySelector("input[name=color]:checked")?.value;
    for (const radio of editor.querySelectorAll("input[name=color]")) radio.checked = radio.value === color;
  };

  const post = async (editor, form, button) => {
    if (!open || open.busy) return;
    const { cell } = open;
    open.busy = true;
    const tag = button?.dataset.tag ?? field(editor).value.trim();
    const off = Boolean(button?.closest("[data-tag-current]"));
    const options = { method: "POST", body: new URLSearchParams(new FormData(form)) };
    const answer = await page.ask(button?.getAttribute("formaction") || form.action, options).catch(() => null);
    if (open?.editor !== editor) return;
    open.busy = false;
    if (!answer) page.toast(page.words().lost);
    else if (!answer.ok) complain(editor, answer.text);
    else {
      problem(editor).replaceChildren();
      field(editor).removeAttribute("aria-invalid");
      renew(cell, editor, answer.text);
      page.say((off ? editor.dataset.unset : editor.dataset.set).replace("{tag}", tag));
      field(editor).focus({ preventScroll: true });
      await empty(editor);
    }
  };

  const press = (editor, button) => post(editor, button.form, button);

  const step = (editor, by) => {
    const all = options(editor);
    const at = all.indexOf(marked(editor));
    if (all.length) mark(editor, all[at < 0 && by < 0 ? all.length - 1 : (at + by + all.length) % all.length]);
  };

  const enter = async (editor) => {
    if (open.stale) {
      clearTimeout(open.timer);
      if (!(await narrow(editor))) return;
    }
    const choice = marked(editor);
    if (choice) press(editor, choice);
  };

  const keys = {
    ArrowDown: (editor) => step(editor, 1),
    ArrowUp: (editor) => step(editor, -1),
    Enter: enter,
    Backspace: (editor) => {
      const last = [...editor.querySelectorAll("[data-tag-current] button")].pop();
      if (field(editor).value || !last) return false;
      press(editor, last);
      return true;
    },
  };

  const onKey = (event) => {
    const editor = event.currentTarget;
    if (event.key === "Escape") {
      event.preventDefault();
      close(true);
    } else if (event.target === field(editor) && keys[event.key] && !event.isComposing) {
      if (keys[event.key](editor) !== false) event.preventDefault();
    } else if (event.key === "Enter" && event.target.matches("input[name=color]")) {
      event.preventDefault();
      post(editor, editor.querySelector("[data-tag-new]"), editor.querySelector(".opt--new"));
    }
    // The list around has keys of its own.
    event.stopPropagation();
  };

  const prepare = (editor) => {
    editor.addEventListener("keydown", onKey);
    editor.addEventListener("input", (event) => {
      if (event.target === field(editor)) later(editor);
      else paint(editor);
      event.stopPropagation();
    });
    editor.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      post(editor, event.target, event.submitter);
    });
    editor.addEventListener("click", (event) => {
      if (event.target.closest("[data-tag-close]")) close(true);
    });
    editor.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !editor.contains(event.relatedTarget)) close(false);
    });
  };

  const begin = async (cell, opener) => {
    close(false);
    const answer = await page.ask(opener.href).catch(() => null);
    const editor = answer?.ok && page.parse(answer.text).querySelector("[data-tag-editor]");
    if (!editor) {
      location.assign(opener.href);
      return;
    }
    close(false);
    cell.append(editor);
    open = { cell, editor, opener, stale: false, busy: false, timer: 0 };
    prepare(editor);
    plus(cell)?.setAttribute("aria-expanded", "true");
    // The sheet of the phone lies at the bottom, so the row it belongs to goes up.
    const sheet = getComputedStyle(editor).position === "fixed";
    (sheet ? cell.closest("tr, li") ?? cell : editor).scrollIntoView({ block: sheet ? "start" : "nearest" });
    field(editor).focus({ preventScroll: true });
  };

  // Before htmx, which would take the link for one that leads away.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.(".tags [data-tag-edit]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    const cell = opener.closest(".tags");
    if (open?.cell === cell) close(true);
    else begin(cell, opener);
  }, true);

  // The + is a link that acts as a button, so the space bar presses it too.
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.("a.tag-add")) return;
    event.preventDefault();
    event.target.click();
  });

  document.addEventListener("pointerdown", (event) => {
    if (open && !open.cell.contains(event.target)) close(false);
  });
})();
