// The directory's pages. All of it works without this by plain forms and links; this adds keys, notices and copying.
(() => {
  "use strict";
  const TOAST_MS = 10_000;

  const search = () => document.getElementById("q");
  const names = () => [...document.querySelectorAll(".stores > li:not([hidden]) a.stores-name")];

  // Keys -------------------------------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (event.key === "/" && !isTyping && search()) {
      event.preventDefault();
      search().select();
      search().focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      move(event, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && search() && event.target !== search() && event.target.closest("#found")) {
      search().focus();
    }
  });

  // From the search to the first name, from name to name, and from the first one back to the search.
  function move(event, step) {
    const all = names();
    const row = event.target.closest(".stores > li");
    if (!search() || (event.target !== search() && !row) || !all.length) return;
    const at = row ? all.findIndex((name) => row.contains(name)) + step : step > 0 ? 0 : -1;
    if (at < 0 && !row) return;
    event.preventDefault();
    (at < 0 ? search() : all[Math.min(at, all.length - 1)]).focus();
  }

  // Selecting --------------------------------------------------------------------------------------------------

  const boxes = () => [...document.querySelectorAll('.stores > li:not([hidden]) input[name="store"]')];

  function countSelected() {
    const place = document.querySelector("[data-selected]");
    const count = boxes().filter((box) => box.checked).length;
    if (place) place.textContent = count ? place.dataset.selected.replace("%s", count) : "";
  }

  document.addEventListener("change", countSelected);
  document.addEventListener("reset", () => setTimeout(countSelected));
  document.addEventListener("htmx:afterSettle", countSelected);

  // Downloads --------------------------------------------------------------------------------------------------

  // The page stays where it is; the passphrase must not stay on it.
  document.addEventListener("submit", ({ target }) => {
    const secret = target.matches("[data-download]") && target.querySelector("[type=password]");
    if (secret) setTimeout(() => (secret.value = ""));
  });

  // What unlocks is shown to be typed into.
  document.querySelector(".stores-unlock")?.addEventListener("toggle", ({ target }) => {
    if (target.open) target.querySelector("[type=password]")?.focus();
  });

  // Clicks -----------------------------------------------------------------------------------------------------

  document.addEventListener("click", async ({ target }) => {
    if (target.closest("[data-select-all]")) {
      for (const box of boxes()) box.checked = true;
      countSelected();
    }
    const button = target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dispatchEvent(new Event("copied", { bubbles: true }));
  });

  // What is new on the page --------------------------------------------------------------------------------------

  let relock = 0;

  function prepare() {
    for (const button of document.querySelectorAll("[data-select-all][hidden]")) button.hidden = false;
    if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
    for (const toast of document.querySelectorAll("[data-toast]:not([data-timed])")) time(toast);
    const locks = document.querySelector("[data-locks-in]");
    if (!locks || "timed" in locks.dataset) return;
    locks.dataset.timed = "";
    clearTimeout(relock);
    relock = setTimeout(hideNumbers, Number(locks.dataset.locksIn) * 1000);
  }

  // A notice stays for as long as somebody points at it or has its button in focus.
  function time(toast) {
    toast.dataset.timed = "";
    const end = () => (toast.matches(":hover, :focus-within") ? setTimeout(end, 1000) : toast.remove());
    setTimeout(end, TOAST_MS);
  }

  // The unlock has ended: come back with masked numbers. What somebody is typing into a form is not taken away.
  function hideNumbers() {
    const isChanged = (field) => field.type !== "hidden" && field.id !== "q" && field.value !== field.defaultValue;
    const typed = [...document.querySelectorAll("main input")].some((field) => field.type !== "checkbox" && isChanged(field));
    if (!typed) location.reload();
  }

  document.addEventListener("DOMContentLoaded", () => {
    prepare();
    // Somebody was quicker than the scripts.
    if (search() && search().value !== search().defaultValue) htmx.trigger("#search", "submit");
  });
  document.addEventListener("htmx:afterSettle", prepare);
  // Undo after another search: the rows are not on the page any more, so it is shown anew.
  document.addEventListener("htmx:oobErrorNoTarget", () => htmx.trigger("#search", "submit"));
})();
