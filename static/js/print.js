/* <button data-print hidden> prints the page; without a script it stays hidden. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) print();
  });

  page.visit((root) => { for (const button of page.all(root, "[data-print][hidden]")) button.hidden = false; });
})();
