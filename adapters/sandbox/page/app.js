/** The page: two windows, the bar above them, and the line of events that keeps all of it fresh. */

import { listen, town } from "./api.js";
import { clock as makeClock, roster, theme, trouble } from "./bar.js";
import { add, fill, h } from "./dom.js";
import { guide as makeGuide } from "./guide.js";
import { takeToken } from "./token.js";
import { platformWindow } from "./win.js";

const FIRST = { slack: "student", discord: "alum" };

async function begin() {
  takeToken();
  const start = await town.start();
  let people = start.people;
  const everybody = () => people;
  const told = document.getElementById("told");
  let timer = 0;

  /** A word about what was just done; `quietly` only for who listens to the page. */
  function tell(words, quietly = false) {
    clearTimeout(timer);
    fill(told, h("p", { class: quietly ? "aloud" : "" }, words));
    if (!quietly) timer = setTimeout(() => fill(told), 8000);
  }

  const clock = makeClock({ zone: () => start.zone, tell, moved: () => wins.forEach((one) => one.refresh()) });
  clock.hear(start.clock);
  let guide = null;
  const wins = Object.keys(FIRST)
    .filter((platform) => platform in start.connected)
    .map((platform) => platformWindow({ platform, people: everybody, now: clock.now, changed: () => guide?.look() }));

  async function meet() {
    people = (await town.start()).people;
  }

  guide = makeGuide({ wins, clock, people: everybody });
  add(document.getElementById("bar"), [
    clock.root,
    h("div", { class: "tools" }, guide.back,
      trouble({ people: everybody, shown: () => wins.map((one) => one.person), tell }).root,
      start.roster && roster({ tell, loaded: meet }).root,
      theme().root),
  ]);
  document.getElementById("guide").replaceWith(guide.root);
  fill(document.getElementById("windows"), wins.map((one) => one.root));

  await Promise.all(wins.map((one) => {
    const there = people.filter((each) => each.platform === one.platform);
    const first = there.find((each) => each.part === FIRST[one.platform]) ?? there[0];
    return first ? one.be(first, { focus: false }) : null;
  }));
  wins[0]?.input.focus();
  guide.look();

  listen(start.next, {
    wire: (happened) => wins.find((one) => one.platform === happened.platform)?.heard(happened),
    clock: (now) => clock.hear(now),
    line: (up) => {
      document.body.classList.toggle("cut-off", !up);
      if (up) wins.forEach((one) => one.refresh());
      else tell("The sandbox does not answer. Is it still running in your terminal?");
    },
  });
  document.body.classList.add("ready");
}

begin().catch((error) => {
  fill(document.getElementById("windows"), h("p", { class: "broken", role: "alert" }, error.message));
});
