/* The chat on the phone. What is typed is kept here first and sent once, however often the network breaks; what is told
   is kept before it is said to have arrived. Written against the browsers of old phones (ES2017), served as it is. */
(function () {
"use strict";

const DOORS = "/c/-/";
const SILENCE = 25000; // milliseconds without a beat after which the stream is taken for dead
const KEPT = 50; // messages that stay on the phone
const LONGEST_WAIT = 60000;

const { newKey, clock, make, post, smaller } = keeping;
const words = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const form = document.getElementById("say");
const field = document.getElementById("text");
const photo = document.getElementById("photo");
const list = document.getElementById("lines");
const title = document.title.replace(words.drill_title, "");

let store; // where lines are kept
let lines = []; // what was said here and told to us, in the order in which it came
let last = ""; // the id of the newest message that we have

/* ---- keeping ---- */

function plain(line) {
  const copy = Object.assign({}, line, line.state === "sending" ? { state: "waiting" } : {});
  delete copy.element;
  return copy;
}

async function keep(line) {
  try {
    line.id = await store.put(line);
  } catch (fault) {
    tell(words.unsaved);
  }
}

/* ---- showing ---- */

function tell(text) {
  document.getElementById("notice").textContent = text;
}

function show(line) {
  const near = window.innerHeight + window.pageYOffset > document.documentElement.scrollHeight - 300;
  const element = line.mine ? mine(line) : told(line);
  if (line.element) list.replaceChild(element, line.element);
  else list.appendChild(element);
  const grown = !line.element;
  line.element = element;
  if (grown && (near || line.mine)) toTheEnd();
}

function toTheEnd() {
  window.scrollTo(0, document.documentElement.scrollHeight);
}

function mine(line) {
  const element = make("li", "", "mine " + line.state);
  if (line.photo) {
    const picture = make("img");
    picture.alt = words.photo;
    picture.src = URL.createObjectURL(line.photo);
    picture.onload = () => {
      URL.revokeObjectURL(picture.src);
      if (line === lines[lines.length - 1]) toTheEnd(); // only now it takes its place
    };
    element.appendChild(picture);
  } else {
    element.appendChild(make("p", line.text));
  }
  element.appendChild(make("small", clock(line.at) + " " + (words[line.state] || "")));
  if (line.state === "refused") {
    const again = make("button", words.again, "choice");
    again.type = "button";
    again.onclick = () => change(line, "waiting").then(outbox.flush);
    element.appendChild(again);
  }
  return element;
}

function told(line) {
  const element = make("li", "", line.drill ? "hub rehearsal" : "hub");
  if (line.drill) element.appendChild(make("b", words.drill, "tag"));
  element.appendChild(make("p", line.text));
  (line.choices || []).forEach((choice) => {
    const button = make("button", choice.label, "choice" + (line.taken === choice.key ? " taken" : ""));
    button.type = "button";
    button.onclick = () => choose(line, choice);
    element.appendChild(button);
  });
  if (line.wants === "place") {
    const button = make("button", words.send_place, "choice");
    button.type = "button";
    button.onclick = sharePlace;
    element.appendChild(button);
  }
  element.appendChild(make("small", clock(line.at)));
  return element;
}

function showDrill() {
  const newest = lines.filter((line) => !line.mine).pop();
  const drill = Boolean(newest && newest.drill);
  document.getElementById("drill").hidden = !drill;
  document.title = (drill ? words.drill_title : "") + title;
}

let connected = null;
let bannerTimer = 0;
function isConnected(now) {
  if (now === connected) return;
  connected = now;
  const gone = navigator.onLine === false;
  document.getElementById("state").textContent = now ? words.connected : gone ? words.offline : words.connecting;
  clearTimeout(bannerTimer);
  if (now) document.getElementById("offline").hidden = true;
  else bannerTimer = setTimeout(() => { document.getElementById("offline").hidden = false; }, gone ? 0 : 5000);
}

/* ---- saying ---- */

async function say(what) {
  const line = Object.assign({ mine: true, key: newKey(), state: "waiting", at: Date.now() }, what);
  lines.push(line);
  await keep(line);
  show(line);
  tell("");
  outbox.soon();
}

async function choose(line, choice) {
  line.taken = choice.key;
  show(line);
  keep(line);
  await say({ text: choice.label, choice: { delivery: line.delivery, word: choice.key } });
}

async function change(line, state) {
  line.state = state;
  await keep(line);
  show(line);
}

const outbox = keeping.sender(async () => {
  const line = lines.find((each) => each.mine && each.state === "waiting");
  if (!line) {
    await sayWhatCame();
    if (newLanguage && newLanguage !== language) window.location.replace("/c");
    return "done";
  }
  show(Object.assign(line, { state: "sending" }));
  const verdict = await bring(line);
  if (verdict === "wait") show(Object.assign(line, { state: "waiting" })); // as it is kept already
  else await change(line, verdict);
  return verdict === "wait" ? "wait" : "on";
});

let newLanguage = "";

async function bring(line) {
  const age = Math.max(0, Date.now() - line.at);
  const told = { key: line.key, age: age, language: language };
  try {
    let answer;
    if (line.photo) {
      const query = "?key=" + line.key + "&age=" + age + "&language=" + language;
      answer = await post(DOORS + "photo" + query, line.photo, "image/jpeg", 120000);
    } else {
      ["choice", "place", "link"].forEach((name) => { if (line[name]) told[name] = line[name]; });
      if (!line.choice && !line.place && !line.link) told.text = line.text;
      answer = await post(DOORS + "say", JSON.stringify(told), "application/json", 20000);
    }
    if (answer.ok) {
      isConnected(true);
      const heard = await answer.json();
      if (heard.language) newLanguage = heard.language.replace("_", "-");
      return "sent";
    }
    return keeping.isLater(answer.status) ? "wait" : "refused";
  } catch (fault) {
    return "wait";
  }
}

/* ---- hearing ---- */

let stream = null;
let dog = 0;
let tries = 0;

function listen() {
  if (!window.EventSource) return;
  if (stream) stream.close();
  clearTimeout(dog);
  stream = new EventSource(DOORS + "stream?after=" + encodeURIComponent(last));
  stream.onopen = () => { heardSomething(); outbox.flush(); };
  stream.addEventListener("beat", heardSomething);
  stream.onmessage = (event) => { heardSomething(); take(event.lastEventId, JSON.parse(event.data)); };
  stream.onerror = () => {
    isConnected(false);
    if (stream.readyState === 2) again(); // the server said no: the browser has given up
  };
  dog = setTimeout(again, SILENCE);
}

function again() {
  isConnected(false);
  tries += 1;
  clearTimeout(dog);
  dog = setTimeout(listen, Math.min(1000 * Math.pow(2, Math.min(tries, 6)), LONGEST_WAIT) * (0.7 + 0.6 * Math.random()));
}

function heardSomething() {
  tries = 0;
  isConnected(true);
  clearTimeout(dog);
  dog = setTimeout(listen, SILENCE); // silence: the connection is dead, whatever the browser believes
}

let queue = Promise.resolve();
function take(id, message) {
  queue = queue.then(() => takeOne(id, message)).catch(() => {});
}

async function takeOne(id, message) {
  last = id;
  if (lines.some((line) => line.line === id)) return;
  const line = Object.assign({ line: id, came: false }, message);
  await keep(line);
  lines.push(line);
  show(line);
  showDrill();
  prune();
  setTimeout(sayWhatCame, 100);
}

let saying = false;
async function sayWhatCame() {
  const fresh = lines.filter((line) => line.line && !line.came).slice(0, 100);
  if (saying || !fresh.length) return;
  saying = true;
  try {
    const answer = await post(DOORS + "seen", JSON.stringify({ seqs: fresh.map((line) => line.seq) }), "application/json", 20000);
    if (answer.ok) fresh.forEach((line) => { line.came = true; keep(line); });
  } catch (fault) {
    setTimeout(sayWhatCame, 10000);
  } finally {
    saying = false;
  }
}

function prune() {
  while (lines.length > KEPT) {
    const index = lines.findIndex((line) => line.mine ? line.state !== "waiting" && line.state !== "sending" : line.came);
    if (index < 0) return;
    const old = lines.splice(index, 1)[0];
    if (old.element) list.removeChild(old.element);
    if (old.id) store.remove(old.id);
  }
}

/* ---- photos and places ---- */

async function sharePhoto() {
  const file = photo.files[0];
  if (!file) return;
  try {
    await say({ photo: await smaller(file), text: words.photo });
  } catch (fault) {
    tell(words.bad_photo);
  }
  photo.value = "";
}

function sharePlace() {
  if (!navigator.geolocation) {
    noPlace();
    return;
  }
  tell(words.finding);
  navigator.geolocation.getCurrentPosition((found) => {
    const here = { latitude: found.coords.latitude, longitude: found.coords.longitude };
    say({ place: here, text: words.place + " " + here.latitude.toFixed(5) + ", " + here.longitude.toFixed(5) });
  }, noPlace, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
}

function noPlace() {
  tell(words.no_place);
  field.focus();
}

/* ---- clearing: a phone may belong to many ---- */

async function clearAll() {
  if (!window.confirm(words.clear)) return;
  const answer = await post(DOORS + "end", "{}", "application/json", 20000).catch(() => null);
  if (!answer || !answer.ok) {
    tell(words.not_cleared);
    return;
  }
  if (stream) stream.close();
  const everything = lines;
  lines = [];
  await Promise.all(everything.map((line) => line.id && store.remove(line.id)));
  field.value = "";
  draft("");
  window.location.replace("/c");
}

/* ---- beginning ---- */

function draft(text) {
  try {
    if (text === undefined) return localStorage.getItem("draft") || "";
    localStorage.setItem("draft", text);
  } catch (fault) { /* a browser that keeps nothing */ }
  return "";
}

function grow() {
  field.style.height = "auto";
  field.style.height = field.scrollHeight + 4 + "px";
}

function sendText(event) {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  say({ text: text }).then(() => { if (field.value.trim() === text) field.value = ""; draft(field.value); grow(); });
}

function atOnce() {
  outbox.atOnce();
  listen();
}

function fromPoster() {
  const code = /^\/c\/([A-Za-z0-9_-]{1,64})$/.exec(window.location.pathname);
  if (!code) return;
  say({ link: code[1], text: words.link });
  window.history.replaceState(null, "", "/c");
}

async function begin() {
  store = await keeping.openStore("chat", "lines", plain);
  lines = await store.all().catch(() => []);
  list.textContent = "";
  lines.forEach((line) => {
    show(line);
    if (line.line) last = line.line;
  });
  showDrill();
  if (!field.value) field.value = draft();
  document.getElementById("take").hidden = document.getElementById("place").hidden = false;
  document.getElementById("clear").hidden = !lines.length;
  document.body.classList.add("scripted");
  form.addEventListener("submit", sendText);
  field.addEventListener("input", () => { draft(field.value); grow(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) sendText(event);
  });
  document.getElementById("help").addEventListener("click", (event) => {
    event.preventDefault();
    say({ text: words.help });
  });
  document.getElementById("take").onclick = () => photo.click();
  document.getElementById("place").onclick = sharePlace;
  document.getElementById("clear").onclick = clearAll;
  photo.addEventListener("change", sharePhoto);
  window.addEventListener("online", atOnce);
  window.addEventListener("offline", () => { // what the stream may still bring says nothing of the network
    if (stream) stream.close();
    connected = null;
    again();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) outbox.flush(); });
  isConnected(false);
  fromPoster();
  outbox.flush();
  listen();
  if (navigator.serviceWorker) navigator.serviceWorker.register(DOORS + "worker.js", { scope: "/c" }).catch(() => {});
  document.body.setAttribute("data-ready", "");
}

begin();
})();
