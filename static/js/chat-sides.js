// What stands around the messages of the chat page: drawers, finding a conversation, copying, the unlock's countdown.
(() => {
  "use strict";
  const SWIPE_PX = 60;

  const byId = (id) => document.getElementById(id);
  const side = byId("side");
  const filter = byId("filter");
  const links = () => [...side.querySelectorAll("#conversations li:not([hidden]) a")];

  // Drawers ----------------------------------------------------------------------------------------------------

  for (const drawer of [side, byId("about")]) {
    drawer.addEventListener("toggle", ({ newState }) => {
      if (newState === "open" && !drawer.contains(document.activeElement)) drawer.querySelector(".closes").focus();
    });
  }

  // A swipe across the page opens the drawer of the side it comes from, and one back closes it.
  let start = null;

  const scrollsSideways = (each) => each.closest("pre, table, input, textarea") !== null;

  function swiped(right) {
    const open = document.querySelector(".chat > :popover-open");
    const wanted = right ? side : byId("about");
    if (open && open !== wanted) open.hidePopover();
    else if (!open && !wanted.checkVisibility()) wanted.showPopover();
  }

  document.addEventListener("touchstart", ({ touches, target }) => {
    start = touches.length === 1 && !scrollsSideways(target) ? { x: touches[0].clientX, y: touches[0].clientY } : null;
  }, { passive: true });
  document.addEventListener("touchend", ({ changedTouches: [{ clientX, clientY }] }) => {
    if (!start || !getSelection().isCollapsed) return;
    const x = clientX - start.x;
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(clientY - start.y)) swiped(x > 0);
    start = null;
  }, { passive: true });

  // Finding a conversation -------------------------------------------------------------------------------------

  function sift() {
    const wanted = filter.value.trim().toLowerCase();
    for (const item of side.querySelectorAll("#conversations li")) {
      item.hidden = !item.querySelector(".title").textContent.toLowerCase().includes(wanted);
    }
    const note = byId("none-found");
    note.textContent = links().length ? "" : note.dataset.text;
  }

  filter.addEventListener("input", sift);
  document.addEventListener("htmx:wsAfterMessage", ({ detail }) => {
    if (detail.message.includes('id="conversations"')) sift();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!side.checkVisibility()) side.showPopover();
      filter.select();
    }
  });

  side.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = links();
      const at = all.indexOf(document.activeElement);
      if (at < 0 && document.activeElement !== filter) return;
      event.preventDefault();
      (all[at + step] ?? (step < 0 ? filter : all.at(-1)))?.focus();
    } else if (event.key === "Enter" && event.target === filter) {
      links()[0]?.click();
    }
  });

  // Why? -------------------------------------------------------------------------------------------------------

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target?.closest(".why")) detail.target.scrollIntoView({ block: "nearest" });
  });

  // Copying ----------------------------------------------------------------------------------------------------

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest(".copy");
    if (!button) return;
    const text = button.closest(".said").querySelector(".text");
    try {
      await navigator.clipboard.writeText(text.innerText);
    } catch {
      getSelection().selectAllChildren(text); // no clipboard without https: selected, it is a keystroke away
      return;
    }
    button.dispatchEvent(new Event("copied", { bubbles: true }));
  });

  // The countdown ----------------------------------------------------------------------------------------------

  function count() {
    const countdown = byId("countdown");
    if (!countdown) return;
    const left = Math.max(0, Math.round((Date.parse(countdown.dataset.until) - Date.now()) / 1000));
    countdown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }

  setInterval(count, 1_000);
  document.addEventListener("htmx:wsAfterMessage", count);
  count();
})();
