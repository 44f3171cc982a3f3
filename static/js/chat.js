// The chat page. The server renders everything; this keeps the connection, what was typed, the focus and the place.
// A message keeps its key until the server has answered, so that sending it again makes no second turn.
(() => {
  "use strict";
  const HEARTBEAT_MS = 25_000;
  const ANSWER_MS = 10_000;
  const LONGEST_DELAY_MS = 5_000;
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
  let hadFocus = false;

  // The connection ---------------------------------------------------------------------------------------------

  // What this page has, so that a new connection brings what it missed.
  function have() {
    const turns = [...scroll.querySelectorAll(".turn")];
    const seq = (turn) => Number(turn.dataset.seq);
    const live = turns.find((turn) => "live" in turn.dataset);
    const last = turns.length ? seq(turns.at(-1)) : 0;
    return new URLSearchParams({
      first: turns.length ? seq(turns[0]) : 1,
      settled: live ? seq(live) - 1 : last,
      last,
      unlocked: "unlocked" in byId("state").dataset ? 1 : 0,
    });
  }

  function delay(count) {
    return Math.min(500 * 2 ** count, LONGEST_DELAY_MS) * (0.5 + Math.random() / 2);
  }

  const isOpen = () => socket !== null && socket.readyState === WebSocket.OPEN;

  htmx.createWebSocket = (url) => {
    socket = new WebSocket(`${url}?${have()}`);
    return socket;
  };
  htmx.config.wsReconnectDelay = delay;

  document.addEventListener("htmx:wsOpen", ({ detail }) => {
    wrapper = detail.socketWrapper;
    closedWith = retries = 0;
    byId("offline").hidden = true;
    for (const { body, refused } of unanswered.values()) if (!refused) wrapper.send(body, null);
  });

  document.addEventListener("htmx:wsClose", ({ detail }) => {
    clearTimeout(deadline);
    closedWith = detail.event.code;
    // Abnormal ends are the extension's to mend. Codes above 4000 are final, and the server has said why.
    if (CLOSED.byServer.includes(closedWith)) setTimeout(wrapper.reconnect, delay(retries++));
    byId("offline").hidden = closedWith >= 4000;
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
      byId("offline").hidden = false;
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

  document.addEventListener("htmx:wsBeforeMessage", () => {
    clearTimeout(deadline);
    wasAtEnd = isAtEnd();
    hadFocus = byId("chat").contains(document.activeElement);
  });

  document.addEventListener("htmx:wsAfterMessage", ({ detail }) => {
    if (detail.message.includes('id="receipt"')) settle(byId("receipt").dataset);
    const moved = document.querySelector("[data-move-to]");
    if (moved) location.assign(moved.dataset.moveTo);
    if (wasAtEnd) toEnd();
    else if (!isAtEnd() && /"(turn|live)-/.test(detail.message)) byId("new-text").hidden = false;
    // What had the focus was swapped away or hidden.
    const active = document.activeElement;
    if (hadFocus && (!byId("chat").contains(active) || !active.checkVisibility())) focusComposer();
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
