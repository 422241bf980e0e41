/* The line to the switchboard: it comes back by itself when it breaks, and notices when it is dead but does not say so. */
window.line = (function () {
"use strict";

const SILENT = 25000; // milliseconds; the hub says something every ten seconds
const LONGEST = 8000;
const ENDS = { 4403: "over", 4409: "taken" }; // then it stays closed

function secret(length) {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => ("0" + byte.toString(16)).slice(-2)).join("");
}

/* `hear` is told everything that is said, and {kind: "open" | "closed" | "over" | "taken"} of the line itself. */
function line(path, hear) {
  const page = secret(8);
  const place = (window.location.protocol === "https:" ? "wss://" : "ws://") + window.location.host + path + "?page=" + page;
  let socket = null, wait = 0, timer = 0, watch = 0, ended = false;

  function open() {
    clearTimeout(timer);
    if (ended || (socket && socket.readyState < 2)) return;
    const mine = socket = new WebSocket(place);
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => { mine.close(); lost(mine, 0); }, SILENT);
    };
    alive();
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      alive();
      const said = JSON.parse(event.data);
      if (said.kind === "welcome") wait = 0;
      if (said.kind !== "beat") hear(said);
    };
    mine.onclose = (event) => lost(mine, event.code);
  }

  function lost(mine, code) {
    if (mine !== socket) return;
    socket = null;
    clearTimeout(watch);
    ended = ended || code in ENDS;
    hear({ kind: ENDS[code] || "closed" });
    if (ended) return;
    wait = Math.min(wait ? 2 * wait : 250, LONGEST);
    timer = setTimeout(open, wait * (0.7 + 0.6 * Math.random()));
  }

  const now = () => { wait = 0; open(); };
  window.addEventListener("online", now);
  open();
  return {
    say: (said) => {
      if (!socket || socket.readyState !== 1) return false;
      socket.send(JSON.stringify(said));
      return true;
    },
    end: () => {
      ended = true;
      window.removeEventListener("online", now);
      if (socket) socket.close();
    },
  };
}

/* Does one thing after the other: a description before the ways that belong to it. */
function inTurn() {
  let last = Promise.resolve();
  return (step) => {
    last = last.then(step).catch(() => {});
    return last;
  };
}

function way(candidate) {
  return {
    candidate: candidate.candidate, sdpMid: candidate.sdpMid, sdpMLineIndex: candidate.sdpMLineIndex,
    usernameFragment: candidate.usernameFragment === undefined ? null : candidate.usernameFragment,
  };
}

return { open: line, inTurn, way, secret };
})();
