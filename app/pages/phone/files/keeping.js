/* What every page needs to lose nothing: a store on the phone, keys made once, calls that are repeated until they are
   answered, photos made small. Written against the browsers of old phones (ES2017), served as it is. */
window.keeping = (function () {
"use strict";

const LONGEST_WAIT = 60000; // milliseconds
const LONGEST_SIDE = 1600; // pixels
const MANY_BYTES = 400000;

/* ---- a store: IndexedDB, else localStorage, else the page as long as it is open ---- */

function openStore(database, name, plain) {
  return new Promise((resolve) => {
    let request;
    try {
      request = indexedDB.open(database, 1);
    } catch (fault) {
      resolve(local(database, plain));
      return;
    }
    request.onupgradeneeded = () => request.result.createObjectStore(name, { keyPath: "id", autoIncrement: true });
    request.onsuccess = () => resolve(indexed(request.result, name, plain));
    request.onerror = request.onblocked = () => resolve(local(database, plain));
  });
}

function indexed(db, name, plain) {
  function ask(mode, question) {
    return new Promise((resolve, reject) => {
      const turn = db.transaction(name, mode);
      const asked = question(turn.objectStore(name));
      turn.oncomplete = () => resolve(asked.result); // only now it is really there
      turn.onerror = turn.onabort = () => reject(turn.error);
    });
  }
  return {
    all: () => ask("readonly", (all) => all.getAll()),
    put: (thing) => ask("readwrite", (all) => all.put(plain(thing))),
    remove: (id) => ask("readwrite", (all) => all.delete(id)),
  };
}

function local(database, plain) {
  const mine = database + ":";
  let count = Date.now();
  try {
    localStorage.setItem(mine, "");
    localStorage.removeItem(mine);
  } catch (fault) {
    return memory();
  }
  return {
    all: async () => Object.keys(localStorage).filter((each) => each.indexOf(mine) === 0)
      .map((each) => JSON.parse(localStorage.getItem(each))),
    put: async (thing) => {
      const copy = plain(thing);
      copy.id = copy.id || ++count;
      if (Object.keys(copy).some((each) => copy[each] instanceof Blob)) throw new Error("no photos here");
      localStorage.setItem(mine + copy.id, JSON.stringify(copy));
      return copy.id;
    },
    remove: async (id) => localStorage.removeItem(mine + id),
  };
}

function memory() { // a browser that keeps nothing: the page must stay open
  let count = 0;
  return {
    all: () => Promise.resolve([]),
    put: (thing) => Promise.resolve(thing.id || ++count),
    remove: () => Promise.resolve(),
  };
}

/* ---- keys and times ---- */

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => ("0" + byte.toString(16)).slice(-2)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function clock(at) {
  const time = new Date(at);
  return ("0" + time.getHours()).slice(-2) + ":" + ("0" + time.getMinutes()).slice(-2);
}

function make(kind, text, name) {
  const element = document.createElement(kind);
  if (text) element.textContent = text;
  if (name) element.className = name;
  return element;
}

/* ---- calling ---- */

let underWay = null; // the call that is on its way, so that it can be given up

async function call(door, asked, patience) {
  asked.credentials = "same-origin";
  let timer = 0, mine = null;
  if (window.AbortController) {
    mine = underWay = new AbortController();
    asked.signal = mine.signal;
    timer = setTimeout(() => mine.abort(), patience);
  }
  try {
    return await fetch(door, asked);
  } finally {
    clearTimeout(timer);
    if (underWay === mine) underWay = null;
  }
}

function post(door, body, type, patience) {
  return call(door, { method: "POST", body: body, headers: { "Content-Type": type } }, patience);
}

function isLater(status) { // whether the same may be taken another time
  return status >= 500 || status === 408 || status === 429;
}

/* Goes on with `step` as long as it says "on"; after "wait" it tries again later, each time a little later. */
function sender(step) {
  let busy = false, again = false, wait = 0, waking = 0;
  async function flush() {
    again = true;
    if (busy) return;
    busy = true;
    clearTimeout(waking);
    try {
      while (again) {
        again = false;
        const verdict = await step();
        if (verdict === "wait") {
          wait = Math.min(wait ? 2 * wait : 1000, LONGEST_WAIT);
          waking = setTimeout(flush, wait * (0.7 + 0.6 * Math.random()));
          again = false;
          return;
        }
        wait = 0;
        again = again || verdict === "on";
      }
    } finally {
      busy = false;
    }
  }
  return {
    flush: flush,
    soon: () => { wait = 0; flush(); },
    atOnce: () => { // the network may be back: what hangs on the old one is given up
      wait = 0;
      if (underWay) underWay.abort();
      setTimeout(flush, 0);
    },
  };
}

/* ---- photos ---- */

function drawn(picture, side, quality) {
  const scale = Math.min(1, side / Math.max(picture.naturalWidth, picture.naturalHeight));
  const canvas = make("canvas");
  canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("blank")), "image/jpeg", quality);
  });
}

function smaller(file) {
  return new Promise((resolve, reject) => {
    const picture = make("img");
    picture.onload = () => {
      drawn(picture, LONGEST_SIDE, 0.75)
        .then((blob) => blob.size > MANY_BYTES ? drawn(picture, 1200, 0.6) : blob)
        .then(resolve, reject)
        .then(() => URL.revokeObjectURL(picture.src));
    };
    picture.onerror = reject;
    picture.src = URL.createObjectURL(file);
  });
}

return { openStore, newKey, clock, make, call, post, isLater, sender, smaller };
})();
