/* Keeps a page on the phone, so that it opens without a network. Its list of files changes with every release. */
"use strict";
const FILES = [/*FILES*/]; // the page itself stands first
const OWN = /*NAME*/ + " ";
const NAME = OWN + FILES.join(" ");
const PATIENCE = 6000; // milliseconds that a slow network has to bring the page
const PAGE = FILES[0];
const SHOWN = new RegExp(/*SHOWN*/); // the addresses at which it is shown

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const older = caches.keys().then((names) => Promise.all(
    names.filter((name) => name.indexOf(OWN) === 0 && name !== NAME).map((name) => caches.delete(name))));
  event.waitUntil(older.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const place = new URL(request.url);
  if (request.method !== "GET" || place.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, place));
  else if (FILES.indexOf(place.pathname) > 0) event.respondWith(kept(place.pathname).then((file) => file || fetch(request)));
});

function kept(path) {
  return caches.open(NAME).then((files) => files.match(path));
}

function page(request, place) {
  const fresh = fetch(request).then((answer) => {
    if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(answer.status); // a gateway's error page is no page of ours
    if (SHOWN.test(place.pathname) && answer.ok && !answer.redirected) {
      const copy = answer.clone();
      caches.open(NAME).then((files) => files.put(PAGE, copy)).catch(() => {});
    }
    return answer;
  });
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(() => kept(PAGE));
  const first = Promise.race([fresh.catch(() => kept(PAGE)), patience]);
  return first.then((answer) => answer || fresh);
}
