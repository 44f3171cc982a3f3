// The import pages. A file chosen, or dropped anywhere on the page, is sent at once. Without this they are plain forms.
(() => {
  "use strict";
  document.addEventListener("DOMContentLoaded", () => {
    // Somebody was quicker than the scripts: what stands in the selects must be how the file is read.
    const layout = document.querySelector(".import-layout");
    const isChanged = (select) => [...select.options].some((option) => option.selected !== option.defaultSelected);
    if (layout && [...layout.querySelectorAll("select")].some(isChanged)) htmx.trigger(layout, "submit");

    // A large import takes seconds to take back; how far that is nobody can see from outside.
    const undoing = (isAtWork) => {
      document.querySelector("[data-undo] button")?.toggleAttribute("disabled", isAtWork);
      document.getElementById("undoing")?.toggleAttribute("hidden", !isAtWork);
    };
    document.addEventListener("submit", ({ target }) => target.matches("[data-undo]") && undoing(true));
    addEventListener("pageshow", () => undoing(false));

    const form = document.querySelector("[data-upload]");
    if (!form) return;
    const input = form.querySelector("input[type=file]");
    const zone = form.querySelector("[data-drop]");
    const note = form.querySelector("[role=status]");
    // Of a file chosen before this ran nobody is told; the button sends it.
    form.querySelector(".actions").hidden = input.files.length === 0;

    function send(files) {
      if (!files.length) return;
      if (files.length > 1) note.textContent = note.dataset.one;
      else if (files[0].size > Number(form.dataset.maxBytes)) note.textContent = note.dataset.large;
      else {
        input.files = files;
        note.textContent = note.dataset.uploading;
        form.requestSubmit();
        return;
      }
      input.value = "";
    }

    input.addEventListener("change", () => send(input.files));

    const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      zone.classList.add("over");
    });
    document.addEventListener("dragleave", ({ relatedTarget }) => {
      if (!relatedTarget) zone.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      zone.classList.remove("over");
      send(event.dataTransfer.files);
    });
    addEventListener("pageshow", () => (note.textContent = ""));
  });
})();
