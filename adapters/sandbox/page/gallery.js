/**
 * A sheet of everything that people see, drawn as the page draws it: for looking at all of it, one by one. Its payloads
 * stand in the document itself, so that it can be opened as a file, without a sandbox.
 */

import { h } from "./dom.js";
import { discordForm, discordMessage } from "./draw_discord.js";
import { slackBlocks, slackForm, slackMessage } from "./draw_slack.js";
import { form } from "./form.js";

const ZONE = "Europe/London";
const NAMES = { slack: "Slack", discord: "Discord" };

export function hang() {
  const told = JSON.parse(document.getElementById("payloads").textContent);
  if (told.dark) document.documentElement.dataset.theme = "dark";
  const around = {
    names: {}, zone: ZONE, now: () => told.now, press: () => {},
    file: (id, name, _size, kind, words) => kind?.startsWith("image/")
      ? h("img", { src: id, alt: words || name, class: "picture" }) : h("span", { class: "file" }, name),
  };
  document.getElementById("contents").append(...["View", "Form"].map((kind) => h("p", null, `${kind}s: `,
    told.pieces.filter((piece) => piece.kind === kind && piece.first).map((piece) =>
      h("a", { href: `#${piece.id}` }, piece.name)))));
  document.getElementById("sheet").append(...told.pieces.map((piece) => draw(piece, around)));
  globalThis.exhibit = exhibit;
  document.body.classList.add("ready");
}

/** For the camera: the nth piece alone, its name and how high it is; null when there are no more. */
function exhibit(n) {
  const all = document.querySelectorAll(".piece");
  document.body.classList.add("one-by-one");
  for (const piece of document.querySelectorAll(".piece.shown")) piece.classList.remove("shown");
  if (!all[n]) return null;
  all[n].classList.add("shown");
  return { name: all[n].id, height: all[n].getBoundingClientRect().height };
}

function draw(piece, around) {
  return h("section", { class: "piece", id: piece.id },
    h("h2", null, piece.name, h("small", null, piece.about)),
    piece.aloud ? h("details", { class: "aloud" }, h("summary", null, "Read aloud"), h("p", null, piece.aloud)) : null,
    h("div", { class: "pair" }, ["slack", "discord"].map((platform) =>
      h("div", { class: `win win-${platform}`, role: "group", "aria-label": `${piece.name} in ${NAMES[platform]}` },
        piece[platform].map((payload) => one(platform, piece.kind, payload, around))))));
}

function one(platform, kind, payload, around) {
  if (kind === "Form") {
    const drawn = (platform === "slack" ? slackForm : discordForm)(payload, around);
    const filled = Object.fromEntries(drawn.parts.filter((part) => part.kind === "field").map((part) => [part.id, began(payload, part.id)]));
    return form({ drawn, filled, zone: ZONE, now: around.now, upload: async () => "", send: async () => {}, close: () => {}, changed: () => {} }).dialog;
  }
  const words = payload.type === "home" ? slackBlocks(payload.blocks, around)
    : platform === "slack" ? slackMessage(payload, around) : discordMessage(payload, around);
  return h("article", { class: "message" }, h("span", { class: "avatar bot", "aria-hidden": "true" }),
    h("div", { class: "message-body" },
      h("p", { class: "by" }, h("strong", null, "Common Grounds"), h("span", { class: "tag" }, "APP"), h("time", null, "10:00")), words));
}

/** What stands in a field when the form opens, in either platform's words. */
function began(payload, id) {
  const slack = payload.blocks?.find((block) => block.block_id === id)?.element;
  if (slack)
    return slack.initial_value ?? slack.initial_option?.value ?? slack.initial_options?.map((one) => one.value) ?? slack.initial_date_time;
  const inner = (payload.components ?? []).map((outer) => outer.component ?? outer).find((one) => one.custom_id === id);
  const chosen = (inner?.options ?? []).filter((one) => one.default).map((one) => one.value);
  return inner?.value ?? (chosen.length ? chosen : undefined);
}
