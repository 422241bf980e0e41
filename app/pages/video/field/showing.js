/* Showing: this phone's camera to each officer who calls, and what they say to be heard here. */
window.showing = function (tell) {
"use strict";

const MOST = 4; // viewers at once: each gets a picture of their own
const BITS = 350000; // a second, for each
const GONE = 10000; // milliseconds after which a viewer who left is let go
const WANTED = {
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 15, max: 24 } },
  audio: true,
};

const peers = {}; // seat → {pc, call, turn, voice}
let stream = null, talk = null, servers = {};

async function camera() {
  if (!window.isSecureContext || !navigator.mediaDevices) throw new Error("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia(WANTED);
  } catch (fault) {
    if (fault.name === "NotAllowedError") {
      const video = await sees();
      if (video) return video;
      throw new Error("refused");
    }
    return await silent(fault);
  }
}

async function sees() { // the sound alone may have been refused
  try {
    return await navigator.mediaDevices.getUserMedia({ video: WANTED.video });
  } catch (fault) {
    return null;
  }
}

async function silent(fault) { // no microphone, or no camera at all
  try {
    return await navigator.mediaDevices.getUserMedia({ video: true });
  } catch (again) {
    throw new Error(again.name === "NotAllowedError" ? "refused" : again.name === "NotReadableError" ? "busy" : "none");
  }
}

function flows() {
  return Object.keys(peers).some((each) => peers[each].pc.connectionState === "connected");
}

function drop(seat) {
  const peer = peers[seat];
  if (!peer) return;
  delete peers[seat];
  clearTimeout(peer.leaving);
  peer.pc.onconnectionstatechange = null;
  peer.pc.close();
  if (peer.voice) peer.voice.srcObject = null;
  told();
}

function told() {
  const all = Object.keys(peers).map((each) => peers[each]);
  tell({ seen: all.filter((each) => each.pc.connectionState === "connected").length, called: all.length, heard: all.some((each) => each.speaks) });
}

async function offer(to, call) {
  if (!stream) return;
  drop(to);
  if (Object.keys(peers).length >= MOST) {
    talk.say({ kind: "full", to, call });
    return;
  }
  const pc = new RTCPeerConnection(servers);
  const peer = peers[to] = { pc, call, turn: line.inTurn() };
  const picture = stream.getVideoTracks()[0], sound = stream.getAudioTracks()[0];
  pc.addTransceiver(picture, { direction: "sendonly", streams: [stream], sendEncodings: [{ maxBitrate: BITS }] });
  if (sound) pc.addTransceiver(sound, { direction: "sendrecv", streams: [stream] });
  else pc.addTransceiver("audio", { direction: "recvonly" });
  pc.onicecandidate = (event) => {
    if (event.candidate && event.candidate.candidate) talk.say(Object.assign({ kind: "ice", to, call }, line.way(event.candidate)));
  };
  pc.ontrack = (event) => listen(peer, event.track);
  pc.onconnectionstatechange = () => {
    if (pc.connectionState === "failed") drop(to);
    else told();
  };
  told();
  await peer.turn(async () => {
    await pc.setLocalDescription(await pc.createOffer());
    talk.say({ kind: "offer", to, call, sdp: pc.localDescription.sdp });
  });
}

function listen(peer, track) {
  peer.voice = peer.voice || new Audio();
  peer.voice.srcObject = new MediaStream([track]);
  const start = () => peer.voice.play().catch(() => {}); // a page that may not speak yet may after the next touch
  start();
  document.addEventListener("click", start, { once: true });
  track.onunmute = () => { peer.speaks = true; start(); told(); };
  track.onmute = track.onended = () => { peer.speaks = false; told(); };
}

function hear(said) {
  const peer = peers[said.from];
  if (peer) clearTimeout(peer.leaving);
  if (said.kind === "welcome" || said.kind === "relays") servers = said.servers;
  if (said.kind === "welcome") talk.say({ kind: "hello", pc: flows() });
  if (said.kind === "call") offer(said.from, said.call);
  if (said.kind === "bye") drop(said.from);
  if (said.kind === "gone" && peer) peer.leaving = setTimeout(() => drop(said.from), GONE);
  if (peer && said.call === peer.call) {
    const pc = peer.pc;
    if (said.kind === "answer") peer.turn(() => pc.setRemoteDescription({ type: "answer", sdp: said.sdp }));
    if (said.kind === "ice") peer.turn(() => pc.addIceCandidate({
      candidate: said.candidate, sdpMid: said.sdpMid, sdpMLineIndex: said.sdpMLineIndex, usernameFragment: said.usernameFragment }));
  }
  if (said.kind === "over") stop();
  if (said.kind === "open" || said.kind === "closed" || said.kind === "over" || said.kind === "taken") tell({ line: said.kind });
  if (said.kind === "welcome") tell({ line: "open" });
}

async function start(path) {
  const fresh = await camera();
  stop();
  stream = fresh;
  const picture = stream.getVideoTracks()[0];
  if ("contentHint" in picture) picture.contentHint = "detail";
  picture.onended = () => tell({ ended: true }); // another app took the camera, or the phone slept
  if (talk) talk.say({ kind: "hello", pc: false });
  else talk = line.open(path, hear);
  return stream;
}

function stop() {
  if (stream && talk) talk.say({ kind: "bye" });
  Object.keys(peers).forEach(drop);
  if (stream) stream.getTracks().forEach((track) => { track.onended = null; track.stop(); });
  stream = null;
}

return { start, stop, flows, stream: () => stream };
};
