// The chat page. The server renders everything; this keeps the connection, what was typed, the focus and the place.
// A message keeps its key until the server has answered, so that sending it again makes no second turn.
(() => {
  "use strict";
  const HEARTBEAT_MS = 25_000;
  const ANSWER_MS = 10_000;
  const LONGEST_DELAY_MS = 5_000;
  const TOLD_MS = 3_000;
  const CLOSED = { byServer: [1000, 1001, 1005], loggedOut: 4401 };

  const byId = (id) => document.getElementById(id);
  const scroll = byId("scroll");
  const unanswered = new Map(); // key → {body, text, typed, refused}
  let socket = null;
  let wrapper = null;
  let closedWith = 0;
  let retries = 0;
  let deadline = 0;
  let wasAtEnd = true;
  let focused = null; // what had the focus in the conversation before something was swapped

  const seqOf = (turn) => Number(turn.dataset.seq);
  const isLive = (turn) => "live" in turn.dataset;

  // The connection ---------------------------------------------------------------------------------------------

  // What this page has, so that a new connection brings what it missed.
  function have() {
    const turns = [...scroll.querySelectorAll(".turn")];
    const live = turns.find(isLive);
    const last = turns.length ? seqOf(turns.at(-1)) : 0;
    return new URLSearchParams({
      first: turns.length ? seqOf(turns[0]) : 1,
      settled: live ? seqOf(live) - 1 : last,
      last,
      panel: byId("chat").dataset.panel ?? "",
      unlocked: "unlocked" in byId("state").dataset ? 1 : 0,
    });
  }

  function delay(count) {
    return Math.min(500 * 2 ** count, LONGEST_DELAY_MS) * (0.5 + Math.random() / 2);
  }

  const show = (connection) => (byId("chat").dataset.connection = connection);
  const isOpen = () => socket !== null && socket.readyState === WebSocket.OPEN;

  htmx.createWebSocket = (url) => {
    socket = new WebSocket(`${url}?${have()}`);
    return socket;
  };
  htmx.config.wsReconnectDelay = delay;

  document.addEventListener("htmx:wsOpen", ({ detail }) => {
    wrapper = detail.socketWrapper;
    closedWith = retries = 0;
    show("open");
    for (const { body, refused } of unanswered.values()) if (!refused) wrapper.send(body, null);
  });

  document.addEventListener("htmx:wsClose", ({ detail }) => {
    clearTimeout(deadline);
    closedWith = detail.event.code;
    // Abnormal ends are the extension's to mend. Codes above 4000 are final, and the server has said why.
    if (CLOSED.byServer.includes(closedWith)) setTimeout(wrapper.reconnect, delay(retries++));
    show(closedWith < 4000 ? "lost" : "ended");
  });

  setInterval(() => {
    if (!isOpen()) return;
    wrapper.send('{"type": "ping"}', null);
    clearTimeout(deadline);
    deadline = setTimeout(() => socket.close(), ANSWER_MS);
  }, HEARTBEAT_MS);

  document.addEventListener("visibilitychange", () => {
    // Back, perhaps, from logging in again in another tab.
    if (!document.hidden && closedWith === CLOSED.loggedOut) wrapper.reconnect();
  });

  // Sending ----------------------------------------------------------------------------------------------------

  function keyFor(text) {
    const again = [...unanswered].find(([, message]) => message.text === text);
    return again ? again[0] : crypto.randomUUID();
  }

  document.addEventListener("htmx:wsConfigSend", (event) => {
    const { parameters } = event.detail;
    delete parameters.csrfmiddlewaretoken;
    if (parameters.type !== "message") {
      if (!isOpen()) event.preventDefault(); // it would be done later, when nobody expects it any more
      return;
    }
    const isSecret = "secret" in parameters;
    parameters.key = isSecret ? crypto.randomUUID() : keyFor(parameters.text);
    const body = JSON.stringify(parameters);
    event.detail.messageBody = body;
    if (!isSecret) {
      const typed = event.target.id === "typing";
      // What was typed and not sent yet gives way to what stands there now.
      if (typed && !isOpen()) unanswered.forEach((message, key) => message.typed && unanswered.delete(key));
      unanswered.set(parameters.key, { body, text: parameters.text, typed });
    }
    if (!isOpen()) {
      event.preventDefault();
      show("lost");
    } else if (isSecret) {
      event.target.reset(); // it is on its way, and nowhere else from here on
    }
  });

  // The server has answered. What it saved is forgotten; what it refused keeps its key, in case it is sent as it stands.
  function settle({ key, outcome }) {
    for (const each of key ? [key] : [...unanswered.keys()]) {
      const message = unanswered.get(each);
      const text = byId("text");
      if (outcome !== "saved") {
        if (message) message.refused = true;
        continue;
      }
      if (message?.typed && text.value.startsWith(message.text)) {
        text.value = text.value.slice(message.text.length);
        grow(text);
        wasAtEnd = true; // one wants to see what one has written
      }
      unanswered.delete(each);
    }
  }

  // The page ---------------------------------------------------------------------------------------------------

  function grow(text) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
  }

  function toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
    byId("new-text").hidden = true;
  }

  const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;

  function focusComposer() {
    byId("composer").querySelector("form:not([hidden]) :is(input:not([type=hidden]), textarea)")?.focus();
  }

  // What had the focus was swapped for its like, away, or hidden.
  function keepFocus() {
    if (!focused || (focused === document.activeElement && focused.checkVisibility())) return;
    const same = focused.id ? byId(focused.id) : null;
    if (same?.checkVisibility()) same.focus({ preventScroll: true });
    else focusComposer();
  }

  // A finished reply is told to screen readers whole and once; while it grows it is not.
  let silence = 0;
  let told = Math.max(0, ...[...scroll.querySelectorAll("#log .turn:not([data-live])")].map(seqOf));

  function announce() {
    const turns = [...scroll.querySelectorAll("#log .turn")];
    told = Math.min(told, ...turns.filter(isLive).map((turn) => seqOf(turn) - 1)); // also one that is tried again
    const ended = turns.filter((turn) => !isLive(turn) && seqOf(turn) > told);
    if (!ended.length) return;
    told = seqOf(ended.at(-1));
    const said = ended.flatMap((turn) => [...turn.querySelectorAll(".by-agent .text")]);
    byId("announced").textContent = said.map((each) => each.innerText).join("\n");
    clearTimeout(silence);
    silence = setTimeout(forget, TOLD_MS);
  }

  // Nothing told stays on the page: it may have a number in it that is hidden again soon.
  const forget = () => (byId("announced").textContent = "");

  document.addEventListener("htmx:wsBeforeMessage", () => {
    clearTimeout(deadline);
    wasAtEnd = isAtEnd();
    focused = byId("chat").contains(document.activeElement) ? document.activeElement : null;
  });

  document.addEventListener("htmx:wsAfterMessage", ({ detail }) => {
    if (detail.message.includes('id="receipt"')) settle(byId("receipt").dataset);
    const moved = document.querySelector("[data-move-to]");
    if (moved) location.assign(moved.dataset.moveTo);
    if (wasAtEnd) toEnd();
    else if (!isAtEnd() && /"(turn|live)-/.test(detail.message)) byId("new-text").hidden = false;
    delete byId("chat").dataset.panel; // what stands there now is the socket's
    keepFocus();
    if (detail.message.includes('id="state"')) forget();
    if (detail.message.includes('id="turn-')) announce();
  });

  // Earlier messages come in above: what one is reading stays where it is, and the connection is told that they are here.
  let below = 0;
  const isEarlier = ({ detail }) => detail.target?.classList.contains("earlier");
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isEarlier(event)) below = scroll.scrollHeight - scroll.scrollTop;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!isEarlier(event)) return;
    scroll.scrollTop = scroll.scrollHeight - below;
    const unlocked = "unlocked" in scroll.querySelector(".earlier-turns").dataset ? "1" : "0"; // it may have ended since
    if (isOpen()) wrapper.send(JSON.stringify({ type: "earlier", first: have().get("first"), unlocked }), null);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector(":popover-open")) return;
    scroll.querySelector(".stop")?.requestSubmit();
  });

  document.addEventListener("input", ({ target }) => {
    if (target.id === "text") grow(target);
  });

  // An example is there to be changed first.
  document.addEventListener("click", (event) => {
    const example = event.target.closest(".example");
    if (!example) return;
    event.preventDefault();
    byId("text").value = example.form.elements.text.value;
    grow(byId("text"));
    byId("text").focus();
  });

  byId("new-text").addEventListener("click", toEnd);
  let stays = true; // at the end, also when the composer grows
  scroll.addEventListener("scroll", () => {
    stays = isAtEnd();
    if (stays) byId("new-text").hidden = true;
  }, { passive: true });
  new ResizeObserver(() => stays && toEnd()).observe(scroll);

  toEnd();
  // Not if somebody was quicker than this script and is somewhere else already.
  if (matchMedia("(pointer: fine)").matches && document.activeElement === document.body) focusComposer();
})();
