// The console's pages that try models. They work without this; it says what went wrong when no answer came at all.
(() => {
  "use strict";

  function say(event) {
    const { target, elt } = event.detail;
    const place = document.createElement("p");
    place.className = "alarm stop";
    place.textContent = elt.closest("[data-failed]").dataset.failed;
    target.replaceChildren(place);
  }

  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, say);
})();
