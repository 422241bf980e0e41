/* The officer's page: small pictures with their age, and up to four of them live, with a voice that reaches the phone. */
(function () {
"use strict";

const MOST = 4; // live at once
const NEWS = 5000; // milliseconds between two looks at the wall
const FROZEN = 3000; // without a new picture for so long, it is dialled again
const FIRST = 8000; // what the first picture may take
const words = JSON.parse(document.getElementById("words").textContent);
const views = {};

function fill(text, values) {
  return Object.keys(values).reduce((all, name) => all.split("{" + name + "}").join(values[name]), text);
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/* ---- one check, live ---- */

function view(box) {
  const id = box.dataset.check, part = (name) => box.querySelector("[data-part=" + name + "]");
  const video = part("video"), turn = line.inTurn();
  let talk = null, pc = null, call = "", servers = {}, wanted = false, present = false, mic = null, talking = false;
  let dialled = 0, pause = FROZEN, frame = 0, first = 0, watch = 0;

  function say(text) {
    write(part("said"), text);
  }

  function show() {
    part("look").setAttribute("aria-pressed", String(wanted));
    write(part("look"), wanted ? words.leave : words.look);
    part("talk").hidden = !wanted;
    part("talk").setAttribute("aria-pressed", String(talking));
    write(part("talk"), talking ? words.talking : words.talk);
    video.hidden = !wanted;
    box.classList.toggle("live", wanted);
  }

  function hangUp() {
    if (pc) pc.close();
    pc = null;
    frame = 0;
  }

  function dial() {
    hangUp();
    call = line.secret(8);
    dialled = performance.now();
    first = 0;
    box.removeAttribute("data-first");
    talk.say({ kind: "call", call });
    say(present ? words.calling : words.absent);
    show();
  }

  async function answer(sdp) {
    const mine = pc = new RTCPeerConnection(servers);
    pc.onicecandidate = (event) => {
      if (event.candidate && event.candidate.candidate && mine === pc) talk.say(Object.assign({ kind: "ice", call }, line.way(event.candidate)));
    };
    pc.ontrack = (event) => {
      if (mine !== pc) return;
      const all = video.srcObject || new MediaStream();
      all.getTracks().filter((each) => each.kind === event.track.kind).forEach((each) => all.removeTrack(each));
      all.addTrack(event.track);
      video.srcObject = all;
      play();
    };
    pc.onconnectionstatechange = () => {
      if (mine === pc && mine.connectionState === "failed") dial();
    };
    await pc.setRemoteDescription({ type: "offer", sdp });
    const voice = voiceOf(pc);
    if (voice) {
      voice.direction = "sendrecv"; // a voice can be put in later, without asking again
      if (talking && mic) await voice.sender.replaceTrack(mic);
    }
    await pc.setLocalDescription(await pc.createAnswer());
    if (mine === pc) talk.say({ kind: "answer", call, sdp: pc.localDescription.sdp });
  }

  function voiceOf(of) {
    return of.getTransceivers().find((each) => each.receiver.track.kind === "audio");
  }

  function play() {
    video.play().catch(() => { // nobody has touched the page yet
      video.muted = true;
      video.play().catch(() => {});
      say(words.muted);
    });
  }

  function painted() { // each time a picture is really there
    const now = performance.now();
    if (wanted && pc) {
      if (!frame) {
        first = Math.round(now - dialled);
        box.dataset.first = String(first);
        say(words.live);
        pause = FROZEN;
      }
      frame = now;
    }
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(painted);
  }

  function look() { // is it still moving?
    if (!wanted || document.hidden) {
      if (frame) frame = performance.now();
      return;
    }
    const now = performance.now();
    const still = frame ? now - frame > FROZEN : now - dialled > Math.max(FIRST, pause);
    if (!still || now - dialled < pause) return;
    pause = Math.min(2 * pause, 15000);
    say(words.again);
    dial();
  }

  function hear(said) {
    if (said.kind === "welcome" || said.kind === "relays") servers = said.servers;
    if (said.kind === "welcome" && !(pc && frame)) dial();
    if (said.side === "field") {
      present = said.kind !== "gone";
      if (said.kind === "hello" && !said.pc) dial();
      if (said.kind === "gone") say(words.gone);
    }
    if (said.kind === "full" && said.call === call) say(words.full);
    if (said.kind === "bye") say(words.stopped);
    if (said.call === call && said.kind === "offer") turn(() => answer(said.sdp));
    if (said.call === call && said.kind === "ice") {
      turn(() => pc && pc.addIceCandidate({
        candidate: said.candidate, sdpMid: said.sdpMid, sdpMLineIndex: said.sdpMLineIndex, usernameFragment: said.usernameFragment }));
    }
    if (said.kind === "closed") say(words.reconnecting);
    if (said.kind === "over" || said.kind === "taken") {
      leave();
      say(said.kind === "over" ? words.over : words.taken);
    }
  }

  function open() {
    if (wanted) return;
    const others = Object.keys(views).map((each) => views[each]).filter((each) => each.wanted());
    if (others.length >= MOST) others[0].leave();
    wanted = true;
    say(words.calling);
    talk = line.open("/video/" + id + "/live", hear);
    watch = setInterval(look, 1000);
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(painted);
    else video.ontimeupdate = painted;
    remember();
    show();
  }

  function leave() {
    if (!wanted) return;
    wanted = false;
    clearInterval(watch);
    talk.say({ kind: "bye" });
    talk.end();
    hangUp();
    speak(false);
    video.srcObject = null;
    remember();
    say("");
    show();
  }

  async function speak(on) {
    talking = on;
    show();
    try {
      if (on && !mic) mic = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0];
    } catch (fault) {
      talking = false;
      say(words.no_microphone);
    }
    if (!talking && mic) {
      mic.stop();
      mic = null;
    }
    const voice = pc && voiceOf(pc);
    if (voice) await voice.sender.replaceTrack(talking ? mic : null).catch(() => {});
    if (talking) video.muted = false;
    show();
  }

  part("look").onclick = () => wanted ? leave() : open();
  part("talk").onclick = () => speak(!talking);
  video.onclick = () => { video.muted = false; };
  show();
  return { open, leave, wanted: () => wanted, say };
}

function remember() { // a page that is loaded anew looks again at what it looked at
  try {
    sessionStorage.setItem("looking", JSON.stringify(Object.keys(views).filter((each) => views[each].wanted())));
  } catch (fault) { /* then it is pressed again */ }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem("looking") || "[]");
  } catch (fault) {
    return [];
  }
}

/* ---- the wall ---- */

let heard = Date.now();

async function news() {
  if (document.hidden) return;
  try {
    const answer = await fetch(document.body.dataset.news, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    const all = await answer.json();
    heard = Date.now();
    const known = Object.keys(views);
    document.querySelectorAll("[data-check]").forEach((box) => {
      const one = all.find((each) => each.id === box.dataset.check);
      if (one) tile(box, one);
    });
    const fresh = all.some((each) => known.indexOf(each.id) < 0), more = document.getElementById("more");
    if (more) more.hidden = !fresh;
  } catch (fault) { /* the age of what is shown says it */ }
  const late = Date.now() - heard > 3 * NEWS;
  document.getElementById("stale").hidden = !late;
}

function tile(box, one) {
  const still = box.querySelector("[data-part=still]"), age = box.querySelector("[data-part=age]");
  if (one.still && still.dataset.at !== String(one.still)) {
    still.dataset.at = one.still;
    still.src = "/video/" + one.id + "/still?at=" + one.still;
    still.hidden = false;
  }
  write(age, one.still ? one.age < 60 ? fill(words.seconds, { n: one.age }) : fill(words.minutes, { n: Math.floor(one.age / 60) }) : words.nothing);
  age.className = one.still && one.age <= 20 ? "good" : one.still ? "warn" : "soft";
  write(box.querySelector("[data-part=state]"), words.states[one.state] || one.state);
  const count = document.getElementById("brought");
  if (count && count.dataset.count !== String(one.brought)) document.getElementById("newer").hidden = false;
}

/* ---- keys: nothing that is pressed by itself sends or judges anything ---- */

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) return;
  const boxes = Array.from(document.querySelectorAll("[data-check]"));
  if (!boxes.length || "jkl".indexOf(event.key) < 0) return;
  const at = boxes.findIndex((box) => box.contains(document.activeElement));
  if (event.key === "l" && at >= 0) {
    boxes[at].querySelector("[data-part=look]").click();
    return;
  }
  const next = event.key === "j" ? Math.min(at + 1, boxes.length - 1) : Math.max(at - 1, 0);
  boxes[next].querySelector("[data-part=look]").focus();
}

document.querySelectorAll("[data-check]").forEach((box) => { views[box.dataset.check] = view(box); });
remembered().forEach((id) => { if (views[id]) views[id].open(); });
document.addEventListener("keydown", key);
document.addEventListener("visibilitychange", news);
setInterval(news, NEWS);
news();
document.body.setAttribute("data-ready", "");
})();
