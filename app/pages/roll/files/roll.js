/* The roll on the phone. Every tap is kept here first, with its key and its time, and sent once, however often the network
   breaks. Written against the browsers of old phones (ES2017), served as it is. */
(function () {
"use strict";

const UNDO = 10000; // milliseconds for which a tap waits, so that it can be taken back
const EVERY = 30000; // how often the roll is asked for while it is looked at
const AT_ONCE = 50; // reports in one call
const OUT = ["moved", "relatives", "safe", "went_back"];
const STATES = ["moved", "nobody_home", "refused", "need_help"];

const { newKey, clock, make } = keeping;
const words = JSON.parse(document.getElementById("words").textContent);
const roll = (/^\/v\/([0-9a-f]{8}-[0-9a-f-]{27})$/.exec(window.location.pathname) || [])[1] || "";
const DOORS = "/v/" + roll + "/";
const here = (id) => document.getElementById(id);

let store;
let known = null; // the roll as the hub had it
let items = []; // what was tapped here and is not taken yet, in order
let current = null; // the household at hand
let seen = []; // the households that were left without an end
let filter = "all";
let goes = {}; // household → where they go, if not to their own shelter
let photo = null;
let stale = true; // the roll is to be asked for
let alone = false; // one of a batch cannot be taken: send them one by one
let over = false;

/* ---- keeping ---- */

const plain = (thing) => {
  const copy = Object.assign({}, thing);
  delete copy.sending;
  return copy;
};

async function keep(thing) {
  try {
    await store.put(thing);
  } catch (fault) {
    if (thing.photo) { // no room for the photo: the report matters more
      delete thing.photo;
      tell(words.photo_lost);
      return keep(thing);
    }
    tell(words.unsaved);
  }
}

function keepRoll() {
  return keep({ id: "roll " + roll, of: roll, kind: "roll", roll: known });
}

async function drop(gone) {
  items = items.filter((each) => gone.indexOf(each) < 0);
  for (const each of gone) await store.remove(each.id).catch(() => {});
}

/* ---- saying ---- */

function fill(text, values) {
  return Object.keys(values).reduce((all, name) => all.split("{" + name + "}").join(values[name]), text);
}

function tell(text) {
  here("notice").textContent = text;
}

async function report(home, people, state) {
  const at = Date.now(), tap = newKey(), where = goes[home.key];
  const word = state === "moved" && where === "relatives" ? "relatives" : state;
  const shelter = state === "moved" && typeof where === "number" ? where : null;
  const said = people.map((each) => {
    const item = { id: newKey(), of: roll, kind: "report", tap: tap, at: at, hold: at + UNDO, word: word, shelter: shelter, state: "waiting" };
    item.name = each.row.name;
    if (each.id === each.row.line) item.line = each.id;
    else item.added = each.id;
    if (each.conflict) item.checks = true;
    return item;
  });
  if (photo && said.length) said[0].photo = photo;
  photo = null;
  items = items.concat(said);
  tell("");
  const name = people.length > 1 ? fill(words.home, { name: nameOf(home) }) : people[0].row.name;
  offerUndo(tap, name + "：" + words.states[word]);
  if (!after(home).out.some((each) => !each.waiting) && !after(home).conflict) goOn();
  show();
  for (const item of said) await keep(item);
  setTimeout(outbox.flush, UNDO + 50);
}

function after(home) { // the household as it is with what was just tapped
  return homes().find((each) => each.key === home.key) || home;
}

async function add(event) {
  event.preventDefault();
  const name = here("name").value.trim();
  if (!name) return;
  const household = Number(here("with").value) || null;
  const item = { id: newKey(), of: roll, kind: "added", name: name, kindOf: here("kind").value, household: household, at: Date.now(), state: "waiting" };
  items.push(item);
  current = household || item.id;
  filter = "all";
  here("add").reset();
  here("more").open = false;
  show();
  tell(fill(words.added_now, { name: name }));
  here("card").scrollIntoView();
  await keep(item);
  outbox.flush();
}

/* ---- undoing ---- */

let undoing = null, ticking = 0;

function offerUndo(tap, what) {
  undoing = { tap: tap, what: what, until: Date.now() + UNDO };
  clearInterval(ticking);
  ticking = setInterval(tick, 500);
  tick();
}

function tick() {
  const left = undoing ? Math.ceil((undoing.until - Date.now()) / 1000) : 0;
  const mine = undoing ? items.filter((each) => each.tap === undoing.tap) : [];
  if (left <= 0 || !mine.length || mine.some((each) => each.sending)) {
    clearInterval(ticking);
    undoing = null;
    here("undo").hidden = true;
    return;
  }
  here("undo").hidden = false;
  here("undo").firstElementChild.textContent = fill(words.undo_in, { what: undoing.what, s: left });
}

async function undo() {
  if (!undoing) return;
  const mine = items.filter((each) => each.tap === undoing.tap && !each.sending);
  undoing = null;
  tick();
  if (!mine.length) return;
  const home = homes().find((each) => each.rows.some((row) => row.waiting && mine.indexOf(row.waiting) >= 0));
  await drop(mine);
  if (home) current = home.key;
  tell(words.undone);
  show();
}

/* ---- sending ---- */

const outbox = keeping.sender(async () => {
  if (over || !roll) return "done";
  const now = Date.now();
  const due = items.filter((each) => each.state === "waiting" && (!each.hold || each.hold <= now || document.hidden));
  try {
    if (due.length) return await bring(due.slice(0, alone ? 1 : AT_ONCE));
    return stale ? await fetchRoll() : "done";
  } catch (fault) {
    isConnected(false);
    return "wait";
  } finally {
    items.forEach((each) => { delete each.sending; });
    show();
  }
});

async function bring(due) {
  due.forEach((each) => { each.sending = true; });
  tick();
  for (const each of due.filter((one) => one.photo && !one.digest)) {
    const answer = await keeping.post(DOORS + "photo", each.photo, "image/jpeg", 120000);
    if (keeping.isLater(answer.status)) return "wait";
    if (answer.status === 403) return end();
    if (answer.ok) each.digest = (await answer.json()).digest;
    else delete each.photo; // it is none that can be read: what was said counts without it
    await keep(each);
  }
  const answer = await keeping.post(DOORS + "reports", JSON.stringify(batchOf(due)), "application/json", 20000);
  if (answer.ok) {
    isConnected(true);
    await taken(due, await answer.json());
    return "on";
  }
  if (keeping.isLater(answer.status)) {
    isConnected(false);
    return "wait";
  }
  if (answer.status === 403) return end();
  if (due.length > 1) {
    alone = true;
    return "on";
  }
  await refuse(due[0], "");
  return "on";
}

function batchOf(due) {
  const added = due.filter((each) => each.kind === "added").map((each) => {
    const one = { key: each.id, name: each.name, kind: each.kindOf };
    if (each.household) one.household = each.household;
    return one;
  });
  const reports = due.filter((each) => each.kind === "report").map((each) => {
    const one = { key: each.id, state: each.word, at: each.at };
    ["line", "added", "shelter", "checks"].forEach((name) => { if (each[name]) one[name] = each[name]; });
    if (each.digest) one.photos = [each.digest];
    return one;
  });
  return { sent: Date.now(), added: added, reports: reports };
}

async function taken(due, answer) {
  const gone = [], rows = {};
  if (known) known.homes.forEach((home) => home.rows.forEach((row) => { rows[row.line] = row; }));
  for (const each of due.filter((one) => one.kind === "added")) {
    each.state = "taken"; // shown until it stands on the hub's roll
    each.lineKnown = answer.added[each.id] || null;
    if (each.lineKnown) await keep(each);
    else await refuse(each, "closed");
  }
  for (const each of answer.reports) {
    const item = due.find((one) => one.id === each.key);
    if (each.result === "refused") {
      await refuse(item, each.why);
      continue;
    }
    const row = rows[each.line];
    if (row) Object.assign(row, { state: each.state, missing: each.missing, conflict: each.conflict, verified: known.proven, at: item.at });
    gone.push(item);
  }
  stale = true;
  if (known) await keepRoll();
  await drop(gone);
}

async function refuse(item, why) {
  item.state = "refused";
  item.why = why;
  await keep(item);
}

async function fetchRoll() {
  const answer = await keeping.call(DOORS + "roll", {}, 20000);
  if (answer.status === 403) return end();
  if (!answer.ok) {
    isConnected(false);
    return "wait";
  }
  const fresh = await answer.json();
  isConnected(true);
  stale = false;
  if (fresh.closed) return items.some((each) => each.state === "waiting") ? "done" : end(); // what waits goes first
  known = fresh;
  const lines = {};
  known.homes.forEach((home) => home.rows.forEach((row) => { lines[row.line] = true; }));
  await drop(items.filter((each) => each.kind === "added" && lines[each.lineKnown]));
  await keepRoll();
  if (here("notice").textContent === words.loading || here("notice").textContent === words.no_roll) tell("");
  return "done";
}

async function end() { // revoked, or the order is closed: nobody's name stays on the phone
  over = true;
  known = null;
  await store.remove("roll " + roll).catch(() => {});
  tell(items.some((each) => each.state === "waiting") ? words.over_waiting : words.over);
  return "done";
}

/* ---- showing ---- */

let connected = null;
function isConnected(now) {
  connected = now;
  here("state").textContent = now ? words.connected : navigator.onLine === false ? words.offline : words.connecting;
}

function homes() {
  return known ? cards.view(known, items) : [];
}

function nameOf(home) {
  return (home.rows[0] && home.rows[0].row.name) || "";
}

function button(id, text, name, press, on) {
  const element = make("button", text, name + (on ? " on" : ""));
  element.type = "button";
  element.id = id;
  element.onclick = press;
  if (on !== undefined) element.setAttribute("aria-pressed", String(Boolean(on)));
  return element;
}

function show() {
  const focused = document.activeElement && document.activeElement.id;
  const all = homes(), there = Boolean(known);
  ["sum", "card", "rest"].forEach((id) => { here(id).hidden = !there; });
  showWaiting();
  showRefused();
  if (!there) return;
  const title = fill(words.title, { place: known.place });
  here("place").textContent = title;
  document.title = (known.drill ? words.drill_title : "") + title;
  here("drill").hidden = !known.drill;
  if (!known.proven && !here("notice").textContent) tell(words.unproven);
  const shown = cards.chosen(all, filter);
  if (!all.some((each) => each.key === current)) {
    const next = cards.nextDoor(shown.length ? shown : all, seen) || shown[0] || all[0];
    current = next ? next.key : null;
  }
  showSums(cards.sums(all));
  showCard(all.find((each) => each.key === current), all);
  showList(shown);
  if (focused && here(focused) && document.activeElement !== here(focused)) here(focused).focus({ preventScroll: true });
}

function showWaiting() {
  const waiting = items.filter((each) => each.state === "waiting");
  const held = waiting.every((each) => each.hold > Date.now());
  here("waiting").hidden = !waiting.length || (held && connected === true);
  if (!waiting.length) return;
  const first = Math.min.apply(null, waiting.map((each) => each.at));
  const text = fill(words.waits, { n: waiting.length, at: clock(first) });
  if (here("waiting").textContent !== text) here("waiting").textContent = text;
}

function showSums(sums) {
  here("homes_done").textContent = fill(words.homes_done, { n: sums.whole, all: sums.homes });
  here("people_done").textContent = fill(words.people_done, { n: sums.settled, all: sums.people });
  here("progress").value = sums.people ? sums.settled / sums.people : 0;
  const counts = { all: sums.homes, open: sums.open, frail: sums.frail, conflict: sums.conflict };
  Object.keys(counts).forEach((name) => {
    const one = here("f-" + name);
    one.textContent = fill(words["f_" + name], { n: counts[name] });
    one.setAttribute("aria-pressed", String(filter === name));
  });
  here("f-conflict").hidden = !sums.conflict && filter !== "conflict";
}

function showCard(home, all) {
  const card = here("card");
  card.textContent = "";
  if (!home) {
    card.appendChild(make("p", words.all_done));
    return;
  }
  if (all.every((each) => !each.out.length)) card.appendChild(make("p", words.everybody, "good"));
  card.appendChild(make("h2", fill(words.home, { name: nameOf(home) }) + " · " + fill(words.people, { n: home.rows.length })));
  const way = [home.home.assembly && fill(words.assembly, { to: home.home.assembly }), home.home.route && fill(words.route, { to: home.home.route })];
  if (way.some(Boolean)) card.appendChild(make("p", way.filter(Boolean).join(" · "), "soft"));
  card.appendChild(whither(home));
  if (home.rows.length > 1) card.appendChild(wholeHome(home));
  home.rows.forEach((each) => card.appendChild(onePerson(home, each)));
  card.appendChild(camera());
  const turn = make("div", "", "two");
  turn.appendChild(button("before", words.before, "", () => step(-1)));
  turn.appendChild(button("next", words.next, "", () => { seen.push(home.key); step(1); }));
  card.appendChild(turn);
}

function wholeHome(home) {
  const box = make("div", "", "four whole");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", words.whole);
  const open = home.out.length ? home.out : home.rows;
  const all = open.length < home.rows.length ? words.b_moved + " · " + fill(words.only_open, { n: open.length }) : words.b_all;
  box.appendChild(button("all-moved", all, "big full", () => report(home, open, "moved")));
  STATES.slice(1).forEach((state) => box.appendChild(
    button("all-" + state, words["b_" + state], state === "need_help" ? "danger" : "", () => report(home, open, state))));
  return box;
}

function onePerson(home, each) {
  const row = each.row, box = make("div", "", "person" + (each.conflict ? " differs" : ""));
  const number = row.number ? fill(words.row, { n: row.number }) + " " : "";
  box.appendChild(make("h3", number + row.name + (row.added ? " · " + words.added[row.added] : "")));
  if (row.needs.length) box.appendChild(make("span", row.needs.map((code) => words.needs[code] || code).join(" "), "needs"));
  const status = make("p", words.states[each.state], each.missing ? each.state === "unknown" ? "soft" : "bad" : "good");
  const when = each.waiting ? fill(words.mine_waits, { at: clock(each.waiting.at) })
    : row.at ? fill(words.at, { at: clock(row.at) }) + (row.verified ? "" : " · " + words.unsure) : "";
  if (when) status.appendChild(make("span", " " + when, "soft"));
  box.appendChild(status);
  if (each.waiting && row.state !== "unknown" && row.state !== each.state) {
    box.appendChild(make("p", fill(words.server_says, { state: words.states[row.state] + " " + clock(row.at) }), "bad"));
  }
  if (each.conflict && row.said.length) box.appendChild(make("p", fill(words.conflict, { said: row.said.map(saying).join(words.between) }), "bad"));
  row.phones.slice(0, 1).forEach((phone) => {
    const link = make("a", fill(words.call, { to: phone }), "tel");
    link.href = "tel:" + phone;
    box.appendChild(link);
  });
  const four = make("div", "", "four");
  four.setAttribute("role", "group");
  four.setAttribute("aria-label", row.name);
  STATES.forEach((state) => {
    const on = each.state === state || (state === "moved" && each.state === "relatives");
    four.appendChild(button("p-" + each.id + "-" + state, words["b_" + state], state === "need_help" ? "danger" : "",
      () => report(home, [each], state), on));
  });
  box.appendChild(four);
  if (OUT.indexOf(each.state) >= 0) { // only who was out can have gone back
    box.appendChild(button("p-" + each.id + "-back", words.b_went_back, "danger full", () => report(home, [each], "went_back"),
      each.state === "went_back"));
  }
  return box;
}

function saying(said) {
  return fill(words.one_said, { state: words.states[said.state], at: clock(said.at), who: said.mine ? words.by_me : words.by_other });
}

function whither(home) {
  const box = make("fieldset");
  box.appendChild(make("legend", words.goes));
  const own = known.shelters.find((each) => each.id === home.home.shelter);
  const others = known.shelters.filter((each) => each !== own);
  const places = make("div", "", "two");
  const now = goes[home.key] === undefined ? (own ? own.id : undefined) : goes[home.key];
  const choose = (to) => { goes[home.key] = to; show(); };
  if (own) places.appendChild(button("to-own", own.name, "", () => choose(own.id), now === own.id));
  places.appendChild(button("to-relatives", words.relatives, "", () => choose("relatives"), now === "relatives"));
  box.appendChild(places);
  if (!others.length) return box;
  const more = make("select", "", now !== undefined && others.some((each) => each.id === now) ? "on" : "");
  more.id = "to-other";
  more.setAttribute("aria-label", words.other);
  more.appendChild(new Option(words.other + "…", ""));
  others.forEach((each) => more.appendChild(new Option(each.name, each.id, false, each.id === now)));
  more.onchange = () => choose(more.value ? Number(more.value) : undefined);
  box.appendChild(more);
  return box;
}

function camera() {
  const box = make("p");
  box.appendChild(button("take", photo ? words.photo_taken : words.photo, "full", () => here("photo").click()));
  const input = make("input", "", "unseen");
  Object.assign(input, { type: "file", accept: "image/*", id: "photo", tabIndex: -1, onchange: takePhoto });
  input.setAttribute("capture", "environment");
  input.setAttribute("aria-label", words.photo);
  box.appendChild(input);
  return box;
}

async function takePhoto() {
  const file = here("photo").files[0];
  if (!file) return;
  try {
    photo = await keeping.smaller(file);
    tell("");
  } catch (fault) {
    tell(words.bad_photo);
  }
  show();
}

function showList(shown) {
  const list = here("list");
  list.textContent = "";
  shown.forEach((home) => {
    const one = button("h-" + home.key, "", "", () => go(home.key));
    if (home.key === current) one.setAttribute("aria-current", "true");
    one.appendChild(make("span", (home.rows[0].row.number || "") + " " + nameOf(home)));
    const settled = home.rows.length - home.out.length;
    const worst = home.out.find((each) => each.state !== "unknown");
    const text = home.out.length ? settled + "/" + home.rows.length + (worst ? " " + words.states[worst.state] : "") : words.settled;
    one.appendChild(make("small", text, home.out.length ? worst ? "bad" : "" : "good"));
    const entry = make("li");
    entry.appendChild(one);
    list.appendChild(entry);
  });
  const choice = here("with"), kept = choice.value;
  choice.textContent = "";
  choice.appendChild(new Option(words.nobody, ""));
  known.homes.filter((home) => home.key > 0).forEach((home) => choice.appendChild(
    new Option(fill(words.home, { name: home.rows[0].name }), home.key)));
  choice.value = kept;
}

function showRefused() {
  const refused = items.filter((each) => each.state === "refused"), list = here("refused").querySelector("ul");
  here("refused").hidden = !refused.length;
  list.textContent = "";
  refused.forEach((item) => {
    const entry = make("li", item.name + " " + (words.states[item.word] || "") + " " + clock(item.at) + "：" + (words.why[item.why] || words.why[""]));
    entry.appendChild(button("d-" + item.id, words.drop, "full", () => drop([item]).then(show)));
    list.appendChild(entry);
  });
}

/* ---- going ---- */

function go(key) {
  current = key;
  photo = null;
  show();
  here("card").scrollIntoView();
}

function step(by) {
  const shown = cards.chosen(homes(), filter), at = shown.findIndex((each) => each.key === current);
  const next = by > 0 && filter === "all" ? cards.nextDoor(shown, seen.concat([current])) : null;
  const one = next || shown[(at + by + shown.length) % shown.length];
  if (one) go(one.key);
}

function goOn() {
  const next = cards.nextDoor(cards.chosen(homes(), filter), seen.concat([current])) || cards.nextDoor(homes(), [current]);
  if (next) {
    current = next.key;
    here("card").scrollIntoView();
  }
}

/* ---- beginning ---- */

async function begin() {
  store = await keeping.openStore("roll", "things", plain);
  const all = (await store.all().catch(() => [])).filter((each) => each.of === roll);
  items = all.filter((each) => each.kind !== "roll").sort((one, other) => one.at - other.at);
  const kept = all.find((each) => each.kind === "roll");
  known = kept ? kept.roll : null;
  if (!known) tell(navigator.onLine === false || !roll ? words.no_roll : words.loading);
  ["all", "open", "frail", "conflict"].forEach((name) => {
    here("f-" + name).onclick = () => {
      filter = name;
      const first = cards.nextDoor(cards.chosen(homes(), name), []) || cards.chosen(homes(), name)[0];
      if (first) current = first.key;
      show();
    };
  });
  here("undo").querySelector("button").onclick = undo;
  here("add").addEventListener("submit", add);
  window.addEventListener("online", () => { stale = true; outbox.atOnce(); });
  window.addEventListener("offline", () => { isConnected(false); show(); });
  document.addEventListener("visibilitychange", () => { stale = stale || !document.hidden; outbox.flush(); });
  setInterval(() => { if (!document.hidden) { stale = true; outbox.flush(); } }, EVERY);
  isConnected(false);
  show();
  outbox.flush();
  if (items.some((each) => each.hold > Date.now())) setTimeout(outbox.flush, UNDO + 50);
  if (navigator.serviceWorker) navigator.serviceWorker.register("/v/-/worker.js", { scope: "/v/" }).catch(() => {});
  document.body.setAttribute("data-ready", "");
}

begin();
})();
