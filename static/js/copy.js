/* <button data-copy="id" data-copied="Copied" hidden> copies the field of that id and says so; without a script it stays hidden. */
(() => {
  "use strict";
  const patience = 4000;

  const copy = async (field) => {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // Without https there is no clipboard of this kind: what is selected can be copied all the same.
      field.select();
      return document.execCommand("copy");
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    const field = button && document.getElementById(button.dataset.copy);
    if (!field || !(await copy(field))) return;
    const word = button.querySelector("span");
    const before = word.textContent;
    if (before === button.dataset.copied) return;
    word.textContent = button.dataset.copied;
    page.say(button.dataset.copied);
    button.focus();
    setTimeout(() => { word.textContent = before; }, patience);
  });

  page.visit((root) => { for (const button of page.all(root, "[data-copy][hidden]")) button.hidden = false; });
})();
