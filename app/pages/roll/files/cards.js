/* What the roll comes to, as far as this phone knows: what the hub has, with what was tapped here and is not sent yet laid
   over it. Nothing here changes anything. */
window.cards = (function () {
"use strict";

const SETTLED = ["moved", "relatives", "away", "safe"];

function view(roll, items) {
  const newest = {}, added = [];
  items.forEach((item) => {
    if (item.kind === "added") added.push(item);
    else if (item.state !== "refused") newest[item.line || item.added] = item;
  });
  const homes = roll.homes.map((home) => ({ key: home.key, home: home, rows: home.rows.map((row) => person(row, newest[row.line])) }));
  const known = {};
  homes.forEach((home) => home.rows.forEach((row) => { known[row.id] = true; }));
  added.forEach((item) => { // found here, and not on the hub's roll yet
    if (item.lineKnown && known[item.lineKnown]) return;
    const row = { line: null, added: item.kindOf, number: "", name: item.name, needs: [], phones: [], said: [], state: "unknown", missing: true };
    const shown = Object.assign(person(row, newest[item.id]), { id: item.id, key: item.id });
    const home = item.household && homes.find((each) => each.key === item.household);
    if (home) home.rows.push(shown);
    else homes.push({ key: item.id, home: { key: item.id, assembly: "", route: "", shelter: null }, rows: [shown] });
  });
  return homes.map((home) => Object.assign(home, {
    out: home.rows.filter((row) => row.missing),
    frail: home.rows.some((row) => row.needs.length),
    conflict: home.rows.some((row) => row.conflict),
    untold: home.rows.some((row) => row.missing && !row.told),
  }));
}

function person(row, item) {
  const mine = { id: row.line, row: row, needs: row.needs, waiting: item || null, conflict: Boolean(row.conflict) };
  mine.state = item ? item.word : row.state;
  mine.missing = item ? SETTLED.indexOf(item.word) < 0 : row.missing;
  mine.told = Boolean(item) || Boolean(row.verified);
  if (item && item.checks) mine.conflict = false;
  return mine;
}

function chosen(homes, filter) {
  return homes.filter((home) => filter === "open" ? home.out.length : filter === "frail" ? home.frail && home.out.length
    : filter === "conflict" ? home.conflict : true);
}

/* The next door: the untold first, of these who needs help to move, as the chat goes on, too. */
function nextDoor(homes, seen) {
  const waiting = homes.filter((home) => home.out.length && seen.indexOf(home.key) < 0);
  const rank = (home) => (home.untold ? 0 : 2) + (home.frail ? 0 : 1);
  return waiting.reduce((best, home) => !best || rank(home) < rank(best) ? home : best, null);
}

function sums(homes) {
  const people = homes.reduce((sum, home) => sum + home.rows.length, 0);
  const out = homes.reduce((sum, home) => sum + home.out.length, 0);
  return {
    homes: homes.length, whole: homes.filter((home) => !home.out.length).length, people: people, settled: people - out,
    open: chosen(homes, "open").length, frail: chosen(homes, "frail").length, conflict: chosen(homes, "conflict").length,
  };
}

return { view, chosen, nextDoor, sums };
})();
