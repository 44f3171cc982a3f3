// The console's pages that try models. They work without this; it says what went wrong when no answer came at all.
(() => {
  "use strict";

  const DENIED = [401, 403];

  function say(event) {
    const { target, elt, xhr } = event.detail;
    const words = elt.closest("[data-failed]").dataset;
    const place = document.createElement("p");
    place.className = "alarm stop";
    place.textContent = DENIED.includes(xhr?.status) ? words.denied : words.failed;
    target.replaceChildren(place);
  }

  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, say);
})();
