// Files on the chat page: picked with the paper clip or dropped anywhere on the conversation, then sent by htmx.
// What is too large is not sent; its name and size are, so that the conversation can say so.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const chat = byId("chat");
  const form = byId("files");

  // Cards show what may be seen now: when numbers are hidden or shown, they are asked for anew.
  let unlocked = "unlocked" in byId("state").dataset;
  document.addEventListener("htmx:wsAfterMessage", () => {
    const now = "unlocked" in byId("state").dataset;
    if (now === unlocked) return;
    unlocked = now;
    for (const card of chat.querySelectorAll(".card")) htmx.trigger(card, "refresh");
  });

  // What comes in below the last message is seen by who was at the end.
  const scroll = byId("scroll");
  let wasAtEnd = false;
  const isCard = ({ detail }) => detail.target?.classList.contains("card");
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isCard(event)) wasAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (isCard(event) && wasAtEnd) scroll.scrollTop = scroll.scrollHeight;
  });

  if (!form) return;
  const input = byId("file");
  const zone = byId("drop-here");
  const sending = byId("sending");

  function tell(text) {
    const receipt = byId("receipt");
    receipt.className = "receipt refused";
    receipt.textContent = text;
  }

  function send(files) {
    if (files.length !== 1) {
      if (files.length) tell(form.dataset.one);
      return;
    }
    form.elements.key.value = crypto.randomUUID();
    input.files = files;
    form.requestSubmit();
  }

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-attach]")) input.click();
  });
  input.addEventListener("change", () => send(input.files));

  form.addEventListener("htmx:configRequest", ({ detail }) => {
    const file = input.files[0];
    if (!file || file.size <= Number(form.dataset.maxBytes)) return;
    detail.formData.delete("file");
    detail.formData.set("name", file.name);
    detail.formData.set("size", file.size);
  });
  form.addEventListener("htmx:beforeRequest", () => (sending.textContent = sending.dataset.text));
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    sending.textContent = "";
    if (!detail.successful) tell(form.dataset.lost);
    input.value = "";
    const moved = document.querySelector("[data-move-to]");
    if (moved) location.assign(moved.dataset.moveTo);
  });

  // Dropping -----------------------------------------------------------------------------------------------------

  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  let depth = 0; // entering a child comes before leaving its parent

  function show(open) {
    if (!open) depth = 0;
    zone.hidden = !open;
  }

  chat.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    show(true);
  });
  chat.addEventListener("dragleave", (event) => {
    if (hasFiles(event) && --depth <= 0) show(false);
  });
  // On the whole page: beside the conversation, the browser would leave the page and open the file.
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = chat.contains(event.target) ? "copy" : "none";
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(false);
    if (chat.contains(event.target)) send(event.dataTransfer.files);
  });
})();
