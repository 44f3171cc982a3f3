// Runs before the first paint. The theme: "light" or "dark" as chosen here, otherwise what the system says. And Enter,
// which sends from the first moment on: as long as a page's own scripts have not run, its form is posted as without any.
(() => {
  "use strict";
  const KEY = "theme";
  const root = document.documentElement;
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

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!target.matches("textarea[enterkeyhint=send]")) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    target.form.requestSubmit();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const select = document.querySelector("[data-theme-switch]");
    if (!select) return;
    select.closest("[hidden]")?.removeAttribute("hidden");
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
