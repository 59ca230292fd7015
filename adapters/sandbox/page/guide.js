/**
 * One line that says what one could do next, with a button that does it: for the first visit, so that nobody has to
 * read anything before. It looks at what is there and remembers nothing but that somebody sent it away.
 */

import { fill, h, icon } from "./dom.js";
import { firstName, PLATFORMS } from "./people.js";

const KEY = "grounds-guide";

/** @param {{wins: any[], clock: any, people: () => any[]}} given */
export function guide({ wins, clock, people }) {
  const words = h("p", { role: "status" });
  const act = h("button", { type: "button", class: "act" });
  act.hidden = true; // until there is something to do, it has no name to be called by
  const hide = h("button", { type: "button", class: "later", "aria-label": "Hide the guide", on: { click: () => turn(false) } }, icon("close"));
  const root = h("aside", { class: "guide", "aria-label": "What to do next" }, icon("spark"), words, act, hide);
  const back = h("button", { type: "button", class: "tool help", "aria-pressed": "true", title: "What to do next", on: { click: () => turn(root.hidden) } },
    icon("spark"), h("span", { class: "tool-name" }, "Guide"));
  let doing = null, timer = 0, said = "";
  act.addEventListener("click", () => doing?.());

  function turn(on) {
    root.hidden = !on;
    back.setAttribute("aria-pressed", String(on));
    localStorage.setItem(KEY, on ? "on" : "off");
    if (on) look();
  }

  function look() {
    clearTimeout(timer);
    timer = setTimeout(() => say(...next()), 250);
  }

  function say(text, label, what) {
    doing = what;
    const key = `${text} ${label}`;
    if (key === said) return;
    said = key;
    fill(words, text);
    fill(act, label);
    act.hidden = !label;
  }

  function next() {
    const begun = wins.some((one) => one.pressed > 0);
    const open = wins.find((one) => one.form);
    if (open?.form.canBeSent && open.form.isFilled)
      return [`${firstName(open.person.name)} can send the form as it is, or change it first.`, "Send it", () => open.form.send()];
    if (open?.form.canBeSent)
      return [`${firstName(open.person.name)} has a form to fill in. Write what you like, or let an example do it; then send it.`,
        "Fill in an example", () => open.form.suggest()];
    if (open) return [`${firstName(open.person.name)} has something to read.`, "Close it", () => open.form.leave()];
    for (const one of wins) {
      const told = one.waiting.at(-1);
      const person = told && people().find((each) => each.user === told.user && each.platform === one.platform);
      if (person)
        return [`${firstName(person.name)} has a message in ${PLATFORMS[one.platform]}. See how it looks from there.`,
          `Be ${firstName(person.name)}`, () => one.be(person)];
    }
    const [first] = wins;
    if (!begun)
      return [`You are ${first.person.name} in ${PLATFORMS[first.platform]}, a student who wonders about a job. Ask to be introduced to somebody who does it.`,
        "Send /intro", () => { const chip = first.root.querySelector(".chip"); chip?.click(); }];
    const [turn] = wins.filter((one) => one.button).sort((one, other) => other.pressed - one.pressed); // whoever is in the middle of it
    if (turn)
      return [`It is ${firstName(turn.person.name)}’s turn. Press a button in the newest message, for instance “${turn.button.textContent}”.`, "", null];
    return ["Nobody has anything new. Let time pass, and see what comes of it.", "Next thing due", () => clock.next()];
  }

  if (localStorage.getItem(KEY) === "off") turn(false);
  return { root, back, look };
}
