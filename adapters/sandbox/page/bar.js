/** The bar at the top: time, trouble, a roster, and light or dark. */

import { town } from "./api.js";
import { fill, fresh, h, icon } from "./dom.js";
import { PLATFORMS } from "./people.js";
import { clockTime, fromField, shortDay, toField } from "./times.js";

const HOUR = 3600, DAY = 24 * HOUR;
const STEPS = [["+1 hour", HOUR], ["+1 day", DAY], ["+3 days", 3 * DAY]];

/** A button with something under it; Escape and a press elsewhere close it. */
function menu(label, drawn, name, content) {
  const id = fresh("menu");
  const box = h("div", { class: "popover menu", id, hidden: true, role: "group", "aria-label": label }, content);
  const button = h("button", {
    type: "button", class: `tool ${name}`, title: label, "aria-expanded": "false", "aria-controls": id, on: { click: () => turn(box.hidden) },
  }, icon(drawn), h("span", { class: "tool-name" }, label));
  const root = h("div", { class: "has-menu", on: {
    keydown: (event) => { if (event.key === "Escape" && !box.hidden) { turn(false); button.focus(); } },
  } }, button, box);
  document.addEventListener("pointerdown", (event) => { if (!root.contains(event.target)) turn(false); });
  root.addEventListener("focusout", (event) => { if (event.relatedTarget && !root.contains(event.relatedTarget)) turn(false); });

  function turn(on) {
    box.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (on) box.querySelector("input, select, button")?.focus();
  }
  return { root, shut: () => turn(false) };
}

// Time ----------------------------------------------------------------------------------------------------------------

/** @param {{zone: () => string, tell: (words: string) => void, moved: () => void}} given */
export function clock({ zone, tell, moved }) {
  let base = Date.now() / 1000, heard = performance.now(), running = true, busy = false;
  const now = () => base + (running ? (performance.now() - heard) / 1000 : 0);
  const day = h("span", { class: "clock-day" }), time = h("span", { class: "clock-time" });
  const field = h("input", { type: "datetime-local", id: fresh("moment") });
  const wrong = h("p", { class: "field-error", role: "alert" });
  const due = h("button", { type: "button", class: "step due", title: "Let time pass until somebody sees something", on: { click: next } },
    icon("next"), "Next thing due");
  const steps = STEPS.map(([label, seconds]) => h("button", { type: "button", class: "step", on: { click: () => move(seconds) } }, label));
  const to = menu("Set", "clock", "set", h("form", { on: { submit: (event) => { event.preventDefault(); set(); } } },
    h("label", { for: field.id }, "Let time pass until"), field, wrong,
    h("p", { class: "hint" }, "Campus time only goes forward. Whatever falls due in between happens at its own hour."),
    h("button", { type: "submit", class: "main" }, "Go there")));
  const root = h("div", { class: "clock", role: "group", "aria-label": "Campus clock" },
    h("div", { class: "clock-face", title: "Campus time" }, h("span", { class: "pulse", "aria-hidden": "true" }), day, time),
    h("div", { class: "steps" }, steps, due, to.root));

  function draw() {
    fill(day, shortDay(now(), zone()));
    fill(time, clockTime(now(), zone()));
    root.classList.toggle("running", running && !busy);
  }

  async function passing(act) {
    if (busy) return;
    busy = true;
    root.classList.add("busy");
    for (const one of root.querySelectorAll(".step")) one.setAttribute("aria-disabled", "true");
    try {
      return await act();
    } catch (error) {
      tell(error.message);
    } finally {
      busy = false;
      root.classList.remove("busy");
      for (const one of root.querySelectorAll(".step")) one.removeAttribute("aria-disabled");
      draw();
      tell(`It is ${shortDay(now(), zone())}, ${clockTime(now(), zone())}.`, true);
      moved();
    }
  }

  const move = (seconds) => passing(async () => hear(await town.move(seconds)));

  function next() {
    return passing(async () => {
      const told = await town.due();
      hear(told);
      if (!told.came) tell("Nothing is due in the next weeks: it is somebody's turn.");
    });
  }

  async function set() {
    const seconds = fromField(field.value, zone()) - now();
    if (!(seconds > 0)) return fill(wrong, "Please choose a moment that is still to come.");
    fill(wrong);
    to.shut();
    await move(seconds);
  }

  function hear(told) {
    base = Date.parse(told.now) / 1000;
    heard = performance.now();
    running = told.running;
    if (document.activeElement !== field) field.value = toField(base + DAY, zone());
    draw();
  }

  setInterval(draw, 1000);
  return { root, now, hear, next, due };
}

// Trouble -------------------------------------------------------------------------------------------------------------

const TROUBLES = [
  ["rate_limited", "Too many requests (429, with Retry-After)", "calls"],
  ["server_error", "Server error (5xx)", "calls"],
  ["cut", "The connection is cut", "calls"],
  ["lose_answer", "It is done, but the answer is lost", "calls"],
  ["slow", "Slow", "calls"],
  ["closed_dms", "Direct messages closed", "person"],
  ["open_dms", "Direct messages open again", "person"],
  ["left", "Has left", "person"],
];

/** @param {{people: () => any[], shown: () => any[], tell: (words: string) => void}} given */
export function trouble({ people, shown, tell }) {
  const kind = h("select", { id: fresh("t") }, TROUBLES.map(([value, label]) => h("option", { value }, label)));
  const place = h("select", { id: fresh("t") }, Object.entries(PLATFORMS).map(([value, label]) => h("option", { value }, label)));
  const whom = h("select", { id: fresh("t") });
  const times = h("input", { id: fresh("t"), type: "number", min: "1", max: "99", value: "1" });
  const seconds = h("input", { id: fresh("t"), type: "number", min: "1", max: "120", value: "3" });
  const calls = h("div", { class: "pair" }, labelled(times, "How many times"), labelled(seconds, "Seconds"));
  const box = menu("Trouble", "storm", "trouble", h("form", { on: { submit: (event) => { event.preventDefault(); order(); } } },
    h("p", { class: "menu-title" }, "Let a platform misbehave"),
    labelled(kind, "What goes wrong"), h("div", { class: "pair" }, labelled(place, "Where"), labelled(whom, "For whom")), calls,
    h("p", { class: "hint" }, "It strikes the next messages to that person. Then watch: nothing may be lost, nothing doubled."),
    h("button", { type: "submit", class: "main" }, "Let it happen")));

  const personal = () => TROUBLES.find(([value]) => value === kind.value)[2] === "person";

  function list() {
    calls.hidden = personal();
    const there = people().filter((one) => one.platform === place.value);
    const now = new Set(shown().filter((one) => one.platform === place.value).map((one) => one.user));
    there.sort((a, b) => Number(now.has(b.user)) - Number(now.has(a.user)));
    fill(whom, !personal() && h("option", { value: "" }, "Anybody"), there.map((one) => h("option", { value: one.user }, one.name)));
  }

  async function order() {
    box.shut();
    const name = whom.selectedOptions[0]?.textContent ?? "";
    try {
      await town.trouble({ platform: place.value, kind: kind.value, user: whom.value,
        ...(personal() ? {} : { times: Number(times.value) || 1, seconds: Number(seconds.value) || 1 }) });
      tell(`${PLATFORMS[place.value]}, ${name}: ${kind.selectedOptions[0].textContent.toLowerCase()}.`);
    } catch (error) {
      tell(error.message);
    }
  }

  kind.addEventListener("change", list);
  place.addEventListener("change", list);
  box.root.addEventListener("click", () => { if (!whom.options.length) list(); });
  box.root.firstChild.addEventListener("click", list);
  return { root: box.root };
}

const labelled = (control, label) => h("div", { class: "ask" }, h("label", { for: control.id }, label), control);

// A roster ------------------------------------------------------------------------------------------------------------

/** @param {{tell: (words: string) => void, loaded: () => void}} given */
export function roster({ tell, loaded }) {
  const file = h("input", { type: "file", accept: ".csv,text/csv", id: fresh("roster") });
  const answer = h("div", { class: "answer", role: "status" });
  const box = menu("Roster", "people", "roster", h("form", { on: { submit: (event) => { event.preventDefault(); load(); } } },
    h("p", { class: "menu-title" }, "Load a roster of alumni"),
    labelled(file, "A CSV file"),
    h("p", { class: "hint" }, "Columns: alum_id, email, given_name, family_name, title, employer, topics, degree, grad_year, zone … Everybody in it joins at once, by turns in Slack and Discord. It stays on this machine."),
    h("button", { type: "submit", class: "main" }, "Load it"), answer));

  async function load() {
    if (!file.files.length) return fill(answer, h("p", { class: "bad" }, "Please choose a file first."));
    fill(answer, h("p", null, "Reading …"));
    try {
      const told = await town.roster(file.files[0]);
      const people = told.people === 1 ? "One person has joined." : `${told.people} people have joined.`;
      const found = told.people > 0 && h("p", { class: "hint" }, "The bot offers them within two minutes; you can be them at once.");
      fill(answer, h("p", { class: told.refused ? "bad" : "good" }, told.refused ? "This file can't be used." : people), found,
        told.problems.length > 0 && h("ul", null, told.problems.slice(0, 8).map((one) => h("li", null, one))),
        told.problems.length > 8 && h("p", null, `And ${told.problems.length - 8} more.`));
      if (told.people) {
        tell(people);
        loaded();
      }
    } catch (error) {
      fill(answer, h("p", { class: "bad" }, error.message));
    }
  }
  return { root: box.root };
}

// Light and dark ------------------------------------------------------------------------------------------------------

const KEY = "grounds-theme";
const THEMES = { auto: ["Like the system", "auto"], light: ["Light", "sun"], dark: ["Dark", "moon"] };

export function theme() {
  const root = document.documentElement;
  const button = h("button", { type: "button", class: "tool theme", on: { click: turn } });

  function draw() {
    const name = root.dataset.theme ?? "auto";
    const [label, drawn] = THEMES[name];
    fill(button, icon(drawn), h("span", { class: "aloud" }, `Colours: ${label}`));
    button.title = `Colours: ${label}`;
  }

  function turn() {
    const names = Object.keys(THEMES);
    set(names[(names.indexOf(root.dataset.theme ?? "auto") + 1) % names.length]);
  }

  function set(name) {
    if (name === "auto") delete root.dataset.theme;
    else root.dataset.theme = name;
    localStorage.setItem(KEY, name);
    draw();
  }

  set(localStorage.getItem(KEY) ?? "auto");
  return { root: button };
}
