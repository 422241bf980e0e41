/* The page of whoever stands at the water. What is taken and said here is kept on the phone first and sent once, however
   often the network breaks. Written against the browsers of old phones, served as it is. */
(function () {
"use strict";

const EVERY = 10000; // milliseconds between two small pictures for the wall
const UNSEEN = 10000; // without a picture for so long, photos are taken one by one
const LOOK = 30000; // how often the check is asked for
const SHORTEST = 10, LONGEST = 30; // seconds of a film
const SHOTS = ["gauge", "crest", "spillway", "outlet", "surface"];

const { newKey, clock, make } = keeping;
const words = JSON.parse(document.getElementById("words").textContent);
const check = (/^\/w\/([0-9a-f]{8}-[0-9a-f-]{27})$/.exec(window.location.pathname) || [])[1] || "";
const DOORS = "/w/" + check + "/";
const here = (id) => document.getElementById(id);
const picture = here("picture");

let store;
let known = null; // the check as the hub has it
let items = []; // what was taken or said and is not taken over by the hub yet, in order
let sent = {}; // shot → how many photos of it the hub has
let shot = 0;
let live = false, seen = false, called = false, waiting = 0, connected = null, over = false, stale = true;
let place = null, film = null, filmed = 0;
let answers = {};

/* ---- keeping ---- */

const plain = (thing) => Object.assign({}, thing);

async function keep(item) {
  items.push(item);
  show();
  try {
    await store.put(item);
  } catch (fault) {
    tell(words.unsaved);
  }
  outbox.soon();
}

async function drop(item) {
  items = items.filter((each) => each !== item);
  await store.remove(item.id).catch(() => {});
}

const outbox = keeping.sender(async () => {
  if (over || !check) return "done";
  const item = items.find((each) => each.state === "waiting");
  try {
    if (!item) return stale ? await look() : "done";
    return await bring(item);
  } catch (fault) {
    connected = false;
    return "wait";
  } finally {
    show();
  }
});

async function bring(item) {
  const answer = item.kind === "answers"
    ? await keeping.post(DOORS + "answers", JSON.stringify(Object.assign({ key: item.id, at: item.at, sent: Date.now() }, item.said)), "application/json", 20000)
    : await keeping.post(DOORS + item.kind + "?" + asked(item), item.blob, item.type, 120000);
  if (keeping.isLater(answer.status)) {
    connected = false;
    return "wait";
  }
  connected = true;
  if (answer.ok) {
    if (item.kind === "photo") sent[item.shot] = (sent[item.shot] || 0) + 1;
    if (item.kind === "answers") tell(words.answered, true);
    await drop(item);
    return "on";
  }
  if (answer.status === 403) return await end(words.closed);
  if (answer.status === 409 && item.kind === "answers") return await end(words.over);
  item.state = "refused";
  await store.put(item).catch(() => {});
  return "on";
}

function asked(item) {
  const all = { key: item.id, shot: item.shot, clip: item.clip, number: item.number, source: item.source, code: item.code, at: item.at, sent: Date.now() };
  if (item.place) Object.assign(all, item.place);
  return Object.keys(all).filter((name) => all[name] !== undefined && all[name] !== null)
    .map((name) => name + "=" + encodeURIComponent(all[name])).join("&");
}

async function look() {
  const answer = await keeping.call(DOORS + "check", {}, 20000);
  if (answer.status === 403) return await end(words.closed);
  if (!answer.ok) {
    connected = false;
    return "wait";
  }
  known = await answer.json();
  connected = true;
  stale = false;
  if (!known.open) return await end(words.over);
  sent = known.taken;
  await store.put({ id: "check " + check, of: check, kind: "check", known }).catch(() => {});
  return "done";
}

async function end(why) {
  over = true;
  stop();
  await store.remove("check " + check).catch(() => {});
  tell(items.some((each) => each.state === "waiting") ? words.over_waiting : why);
  return "done";
}

/* ---- showing ---- */

const camera = showing((news) => {
  if (news.ended) { // another app took it: it is asked for again when the page is back in view
    live = false;
    begin(false);
  }
  if (news.line === "over") {
    stale = true;
    outbox.soon();
  }
  if (news.line === "taken") {
    tell(words.taken_over);
    stop();
  }
  if (news.seen !== undefined) {
    if (news.called && !called) expectPicture();
    called = Boolean(news.called);
    seen = news.seen > 0;
    if (seen) pictureArrived();
    here("voice").hidden = !news.heard;
  }
  show();
});

async function begin(pressed) {
  here("start").disabled = true;
  tell("");
  expectPicture();
  try {
    const stream = await camera.start(DOORS + "live");
    live = true;
    locate();
    remember(true);
    picture.srcObject = stream;
    await picture.play().catch(() => {});
    stayAwake();
    if (pressed) here("shots").scrollIntoView();
  } catch (fault) {
    const why = words.no_camera[fault.message] || words.no_camera.none;
    fallBack(why);
  }
  here("start").disabled = false;
  show();
}

function stop() {
  endFilm();
  camera.stop();
  live = false;
  remember(false);
  picture.srcObject = null;
  show();
}

function expectPicture() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (!picture.videoWidth) fallBack(words.no_camera.none);
    else if (called && !camera.flows()) fallBack(words.too_thin);
  }, UNSEEN);
}

function pictureArrived() {
  clearTimeout(waiting);
  document.body.classList.remove("photos");
  here("instead").hidden = true;
}

function fallBack(why) {
  document.body.classList.add("photos");
  here("instead").hidden = false;
  here("why").textContent = why;
  show();
}

function remember(on) { // a page that is loaded anew goes on showing
  try {
    if (on) sessionStorage.setItem("showing", check);
    else sessionStorage.removeItem("showing");
  } catch (fault) { /* then it is started by hand */ }
}

function wasShowing() {
  try {
    return sessionStorage.getItem("showing") === check;
  } catch (fault) {
    return false;
  }
}

function stayAwake() {
  if (navigator.wakeLock && !document.hidden) navigator.wakeLock.request("screen").catch(() => {});
}

let hanging = false;
async function hang() { // a small picture for the wall: the newest counts, so that none waits
  if (!live || hanging || document.hidden || !picture.videoWidth) return;
  hanging = true;
  try {
    const answer = await keeping.call(DOORS + "wall", { method: "POST", body: await taking.small(picture), headers: { "Content-Type": "image/jpeg" } }, EVERY);
    if (answer.status === 403) stale = true;
  } catch (fault) { /* the next one comes in ten seconds */ }
  hanging = false;
}

/* ---- taking ---- */

let located = false;
function locate() { // asked for when something is shown, not before
  if (located || !navigator.geolocation) return;
  located = true;
  navigator.geolocation.watchPosition((found) => {
    place = { lat: found.coords.latitude, lon: found.coords.longitude, accuracy: Math.round(found.coords.accuracy) };
  }, () => {}, { enableHighAccuracy: true, maximumAge: 60000 });
}

function stamp(at, source) {
  const time = new Date(at), two = (number) => ("0" + number).slice(-2);
  const day = time.getFullYear() + "-" + two(time.getMonth() + 1) + "-" + two(time.getDate());
  return [known.code, day + " " + two(time.getHours()) + ":" + two(time.getMinutes()) + ":" + two(time.getSeconds()), words.shots[SHOTS[shot]].name, known.site, source === "upload" && words.chosen]
    .filter(Boolean).join("  ");
}

async function takePhoto() {
  if (!known) return;
  if (!live || !picture.videoWidth) {
    here("file").click();
    return;
  }
  here("take").disabled = true;
  const at = Date.now();
  try {
    await keepPhoto(await taking.still(camera.stream(), picture), at, "page");
  } catch (fault) {
    tell(words.bad_photo);
  }
  here("take").disabled = false;
}

async function takeFile() {
  const file = here("file").files[0];
  here("file").value = "";
  if (!file || !known) return;
  locate();
  try {
    await keepPhoto(file, file.lastModified, "upload"); // taken now or chosen from the album: nobody can tell
  } catch (fault) {
    tell(words.bad_photo);
  }
}

async function keepPhoto(blob, at, source) {
  const which = SHOTS[shot], mark = stamp(at, source);
  const written = await taking.burnt(blob, mark);
  const item = { id: newKey(), of: check, kind: "photo", shot: which, source, code: known.code, at, blob: written, type: "image/jpeg", place, state: "waiting" };
  tell(fill(words.taken, { what: words.shots[which].name }), true);
  if (shot < SHOTS.length - 1) shot += 1;
  await keep(item);
}

function startFilm() {
  if (film || !live || !window.MediaRecorder) return;
  const clip = newKey();
  const from = SHOTS[shot];
  filmed = Date.now();
  film = taking.film(camera.stream(), (number, blob, type) => {
    keep({ id: newKey(), of: check, kind: "clip", clip, number, shot: from, source: "page", code: known.code, at: Date.now(), blob, type, place, state: "waiting" });
  }, () => {
    film = null;
    show();
  });
  here("film").ticking = setInterval(() => {
    if (Date.now() - filmed >= LONGEST * 1000) endFilm();
    show();
  }, 500);
  show();
}

function endFilm() {
  clearInterval(here("film").ticking);
  if (film && film.state !== "inactive") film.stop();
}

/* ---- answering ---- */

function choose(name, value) {
  answers[name] = answers[name] === value ? undefined : value;
  show();
}

async function report() {
  const typed = here("level").value.trim().replace(",", "."), said = {};
  if (typed) {
    if (!/^-?\d{1,4}(\.\d{1,3})?$/.test(typed)) {
      tell(words.bad_level);
      here("level").focus();
      return;
    }
    said.level = typed;
  }
  Object.keys(answers).forEach((name) => {
    if (answers[name] !== undefined) said[name] = name === "cracks" ? answers[name] === "yes" : answers[name];
  });
  if (!Object.keys(said).length) {
    tell(words.nothing_said);
    return;
  }
  tell(words.saying, true);
  await keep({ id: newKey(), of: check, kind: "answers", said, at: Date.now(), state: "waiting" });
}

/* ---- drawing ---- */

function fill(text, values) {
  return Object.keys(values).reduce((all, name) => all.split("{" + name + "}").join(values[name]), text);
}

function tell(text, good) {
  here("notice").textContent = text;
  here("notice").className = good ? "good" : "bad";
}

function write(id, text) {
  if (here(id).textContent !== text) here(id).textContent = text;
}

function show() {
  write("state", over ? words.ended : connected ? words.connected : navigator.onLine === false ? words.offline : words.connecting);
  here("all").hidden = !known || over;
  const left = items.filter((each) => each.state === "waiting");
  here("waiting").hidden = !left.length;
  if (left.length) write("waiting", fill(words.waits, { n: left.length, at: clock(Math.min.apply(null, left.map((each) => each.at))) }));
  here("refused").hidden = !items.some((each) => each.state === "refused");
  if (!known || over) return;
  write("site", known.site);
  write("code", known.code);
  document.title = (known.drill ? words.drill_title : "") + known.site + " " + words.title;
  here("drill").hidden = !known.drill;
  here("screen").hidden = !live;
  here("start").hidden = live;
  here("stop").hidden = !live;
  write("watched", seen ? words.seen : called ? words.calling : words.unseen);
  here("watched").className = seen ? "good" : "soft";
  const which = SHOTS[shot], count = (each) => (sent[each] || 0) + items.filter((item) => item.kind === "photo" && item.shot === each).length;
  write("shot", fill(words.shot, { n: shot + 1, all: SHOTS.length, what: words.shots[which].name }));
  write("hint", words.shots[which].hint);
  write("take", live ? words.take : words.take_file);
  SHOTS.forEach((each, index) => {
    const chip = here("s-" + each), done = count(each);
    chip.setAttribute("aria-pressed", String(index === shot));
    const text = words.shots[each].name + (done ? " " + fill(words.done, { n: done }) : "");
    if (chip.textContent !== text) chip.textContent = text;
  });
  const seconds = film ? Math.floor((Date.now() - filmed) / 1000) : 0;
  here("film").hidden = !live || !window.MediaRecorder;
  here("film").disabled = Boolean(film) && seconds < SHORTEST;
  here("film").classList.toggle("on", Boolean(film));
  write("film", film ? fill(seconds < SHORTEST ? words.filming : words.film_stop, { s: seconds }) : words.film);
  document.querySelectorAll("[data-answer]").forEach((button) => {
    button.setAttribute("aria-pressed", String(answers[button.dataset.question] === button.dataset.answer));
  });
}

async function start() {
  store = await keeping.openStore("video", "things", plain);
  const all = (await store.all().catch(() => [])).filter((each) => each.of === check);
  items = all.filter((each) => each.kind !== "check").sort((one, other) => one.at - other.at || one.number - other.number);
  const kept = all.find((each) => each.kind === "check");
  known = kept ? kept.known : null;
  here("start").onclick = () => begin(true);
  here("stop").onclick = stop;
  here("take").onclick = takePhoto;
  here("file").onchange = takeFile;
  here("film").onclick = () => film ? endFilm() : startFilm();
  here("report").onsubmit = (event) => { event.preventDefault(); report(); };
  SHOTS.forEach((each, index) => { here("s-" + each).onclick = () => { shot = index; show(); }; });
  document.querySelectorAll("[data-answer]").forEach((button) => {
    button.onclick = () => choose(button.dataset.question, button.dataset.answer);
  });
  here("forget").onclick = () => Promise.all(items.filter((each) => each.state === "refused").map(drop)).then(show);
  window.addEventListener("online", () => { stale = true; outbox.atOnce(); });
  window.addEventListener("offline", () => { connected = false; show(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    stale = true;
    outbox.flush();
    if (live) stayAwake();
    else if (wasShowing() && !over) begin(false);
  });
  setInterval(() => { if (!document.hidden) { stale = true; outbox.flush(); } }, LOOK);
  setInterval(hang, EVERY);
  picture.onloadeddata = () => { hang(); show(); };
  if (!window.isSecureContext || !navigator.mediaDevices) fallBack(words.no_camera.insecure);
  show();
  outbox.flush();
  if (wasShowing()) begin(false);
  if (navigator.serviceWorker) navigator.serviceWorker.register("/w/-/worker.js", { scope: "/w/" }).catch(() => {});
  document.body.setAttribute("data-ready", "");
}

start();
})();
