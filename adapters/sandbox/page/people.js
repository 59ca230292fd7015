/** Who can be played, by platform; and the switch in each window for whom one is. */

import { avatar, fill, fresh, h, icon } from "./dom.js";

/** @typedef {{platform: string, user: string, name: string, zone: string, part: string, about: string}} Person */

export const PLATFORMS = { slack: "Slack", discord: "Discord" };
export const PARTS = { student: "Students", alum: "Alumni", desk: "Career office" };
const PART = { student: "Student", alum: "Alum", desk: "Career office" };

export const firstName = (name) => name.split(/\s+/)[0];
export const says = (person) => person.about || PART[person.part];

/**
 * A button with who one is, and under it a list to search in.
 * @param {object} given
 * @param {string} given.platform
 * @param {() => Person[]} given.people
 * @param {(person: Person) => number} given.unread
 * @param {(person: Person) => void} given.choose
 */
export function personSwitch({ platform, people, unread, choose }) {
  const listId = fresh("people");
  const face = h("span", { class: "face" });
  const button = h("button", {
    type: "button", class: "who", "aria-haspopup": "listbox", "aria-expanded": "false",
    on: { click: () => (box.hidden ? open() : shut(true)) },
  }, face);
  const search = h("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": listId, "aria-autocomplete": "list",
    "aria-label": `Search people in ${PLATFORMS[platform]}`, placeholder: "Search people", autocomplete: "off",
    spellcheck: "false", on: { input: () => list(), keydown: (event) => keys(event) },
  });
  const options = h("div", { role: "listbox", id: listId, class: "people", "aria-label": `People in ${PLATFORMS[platform]}` });
  const box = h("div", { class: "popover people-box", hidden: true },
    h("div", { class: "search" }, icon("search"), search), options);
  const root = h("div", { class: "switch" }, button, box);
  let current = null, shown = [], active = 0;

  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget)) shut(false);
  });

  function open() {
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    search.value = "";
    list(true);
    search.focus();
  }

  function shut(back) {
    if (box.hidden) return;
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (back) button.focus();
  }

  function list(atCurrent = false) {
    const wanted = search.value.trim().toLocaleLowerCase();
    const all = people().filter((one) => one.platform === platform);
    shown = Object.keys(PARTS).flatMap((part) => all
      .filter((one) => one.part === part)
      .filter((one) => `${one.name} ${one.about} ${PART[one.part]}`.toLocaleLowerCase().includes(wanted))
      .sort((a, b) => unread(b) - unread(a)));
    active = atCurrent ? Math.max(0, shown.findIndex((one) => one.user === current?.user)) : 0;
    const rows = Object.entries(PARTS).map(([part, title]) => {
      const some = shown.filter((one) => one.part === part);
      const heading = fresh("part");
      return some.length > 0 && h("div", { role: "group", "aria-labelledby": heading },
        h("p", { class: "part", id: heading }, title), some.map(row));
    });
    fill(options, rows, shown.length === 0 && h("p", { class: "none" }, "Nobody by that name here."));
    point();
  }

  function row(person) {
    const count = unread(person);
    return h("div", {
      role: "option", id: `${listId}-${person.user}`, "aria-selected": String(person.user === current?.user),
      class: "person", on: { mousedown: (event) => event.preventDefault(), click: () => take(person) },
    }, avatar(person.name), h("span", { class: "name" }, person.name, h("small", null, says(person))),
    count > 0 && h("span", { class: "badge" }, count, h("span", { class: "aloud" }, " new")));
  }

  function point() {
    for (const one of options.querySelectorAll(".active")) one.classList.remove("active");
    const person = shown[active];
    const row = person && document.getElementById(`${listId}-${person.user}`);
    if (!row) return search.removeAttribute("aria-activedescendant");
    row.classList.add("active");
    row.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", row.id);
  }

  function keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      active = (active + step + shown.length) % shown.length;
      point();
    } else if (event.key === "Enter" && shown[active]) {
      event.preventDefault();
      take(shown[active]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      shut(true);
    }
  }

  function take(person) {
    shut(true);
    choose(person);
  }

  return {
    root,
    /** @param {Person} person @param {number} others how much is new for everybody else here */
    show(person, others) {
      current = person;
      fill(face, avatar(person.name), h("span", { class: "name" }, h("span", { class: "aloud" }, "You are "), person.name,
        h("small", null, PART[person.part])), others > 0 && h("span", { class: "badge" }, others,
        h("span", { class: "aloud" }, " new for others")), icon("down"));
      button.title = "Be somebody else";
    },
    open,
  };
}
