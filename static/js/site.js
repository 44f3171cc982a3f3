// What must be there before a page is painted or a key is pressed on it. Not deferred, so it is small.
(() => {
  "use strict";
  const KEY = "theme";
  const COPIED_MS = 2_000;
  const root = document.documentElement;

  // Enter sends a message, also before the page's own scripts are there: then by the plain form.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!event.target.matches("textarea[enterkeyhint=send]")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // A button that has copied something says so for a while.
  document.addEventListener("copied", ({ target: button }) => {
    if ("label" in button.dataset) return;
    const label = button.querySelector("span");
    const use = button.querySelector("use");
    const icon = use.getAttribute("href");
    button.dataset.label = label.textContent;
    label.textContent = button.dataset.copied;
    use.setAttribute("href", icon.replace("#copy", "#check"));
    setTimeout(() => {
      label.textContent = button.dataset.label;
      use.setAttribute("href", icon);
      delete button.dataset.label;
    }, COPIED_MS);
  });

  // A page that is a form begins in its first field, or in the first one to mend; not where that opens a keyboard.
  document.addEventListener("DOMContentLoaded", () => {
    const field = (form) => document.querySelector(`${form} :is(input:not([type=hidden], [readonly], [hidden]), select, textarea)`);
    const isFree = document.activeElement === document.body && !location.hash;
    if (isFree && matchMedia("(pointer: fine)").matches) (field("main .invalid") ?? field("form[data-focus]"))?.focus();
  });

  // The theme: "light" or "dark" as chosen here, otherwise what the system says.
  root.classList.add("scripts"); // what works only without, or only with them, is chosen before the first paint

  function remembered() {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return ""; // storage is blocked
    }
  }

  function apply(theme) {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  apply(remembered());

  document.addEventListener("DOMContentLoaded", () => {
    const select = document.querySelector("[data-theme-switch]");
    if (!select) return;
    select.value = remembered();
    select.addEventListener("change", () => {
      apply(select.value);
      try {
        if (select.value) localStorage.setItem(KEY, select.value);
        else localStorage.removeItem(KEY);
      } catch {
        // storage is blocked: the choice lasts until the next page
      }
    });
  });
})();
