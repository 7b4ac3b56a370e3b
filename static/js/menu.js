/* Menus are details elements: one open at a time, closed by Escape, a click outside or leaving with Tab. */
(() => {
  "use strict";
  const open = () => [...document.querySelectorAll("details.menu[open]")];

  const close = (menu, back) => {
    menu.open = false;
    if (back) menu.querySelector("summary").focus();
  };

  // A panel that would leave the window opens the other way.
  const place = (menu) => {
    const panel = menu.querySelector(".menu__panel");
    if (!panel || menu.closest(".side")) return;
    let box = panel.getBoundingClientRect();
    if (box.bottom > innerHeight && menu.getBoundingClientRect().top > box.height) panel.classList.add("menu__panel--up");
    if (box.left < 0) panel.classList.add("menu__panel--start");
    box = panel.getBoundingClientRect();
    if (box.right > document.documentElement.clientWidth) panel.classList.remove("menu__panel--start");
  };

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.("details.menu") || !menu.open) return;
    for (const other of open()) if (other !== menu && !other.contains(menu)) close(other);
    place(menu);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const menu = open().pop();
    if (menu) {
      event.preventDefault();
      close(menu, true);
    } else if (location.hash === "#side" || location.hash === "#switcher") {
      event.preventDefault();
      leaveSheet();
    }
  });

  document.addEventListener("pointerdown", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) close(menu);
  });

  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
  });

  // The phone's menu is the sidebar as a sheet, shown while it is the target of the address.
  let came = false;
  const leaveSheet = () => {
    if (came) history.back();
    else location.hash = "main";
    came = false;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('a[href="#side"], a[href="#switcher"]')) came = true;
    if (event.target.closest?.(".side__close")) {
      event.preventDefault();
      leaveSheet();
    }
  });
  const arrive = () => {
    const sheet = document.getElementById("side");
    const switcher = document.getElementById("switcher");
    if (location.hash === "#switcher" && switcher) {
      switcher.open = true;
      switcher.querySelector("summary").focus();
    } else if (location.hash === "#side") {
      sheet?.querySelector(".side__close")?.focus();
    }
  };
  addEventListener("hashchange", arrive);
})();
