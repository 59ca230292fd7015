/**
 * The two markups, each as its platform reads it, turned into nodes. Both are cut with one list of patterns: the first
 * that matches earliest wins, and what stands inside is read again unless it is code.
 */

import { h } from "./dom.js";
import { stamp } from "./times.js";

/** @typedef {{names: Record<string, string>, zone: string, now: () => number}} Around */
/** @typedef {[RegExp, (found: RegExpExecArray, inner: (text: string) => Node[], around: Around) => any]} Rule */

/**
 * Patterns look at the whole text from a place in it, so that "the line begins here" stays true after the first find.
 * @param {string} text @param {Rule[]} rules @param {Around} around @returns {Node[]}
 */
function read(text, rules, around) {
  const made = [];
  let at = 0;
  while (at < text.length) {
    let best = null;
    for (const [pattern, make] of rules) {
      const anywhere = everywhere(pattern);
      anywhere.lastIndex = at;
      const found = anywhere.exec(text);
      if (found && (!best || found.index < best.found.index)) best = { found, make };
    }
    if (!best) break;
    if (best.found.index > at) made.push(document.createTextNode(text.slice(at, best.found.index)));
    made.push(best.make(best.found, (inner) => read(inner, rules, around), around));
    at = best.found.index + best.found[0].length;
  }
  if (at < text.length) made.push(document.createTextNode(text.slice(at)));
  return made;
}

const searching = new Map();

function everywhere(pattern) {
  if (!searching.has(pattern)) searching.set(pattern, new RegExp(pattern.source, `${pattern.flags}g`));
  return searching.get(pattern);
}

/** A link leaves the sandbox only to the web; anything else stays words. */
export function link(url, content) {
  if (!/^https?:\/\//i.test(url)) return h("span", null, content);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, content);
}

const mention = (name) => h("span", { class: "mention" }, name);

// Slack ---------------------------------------------------------------------------------------------------------------

const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** A mark counts at the edge of a word only, as in Slack's own client. */
const slackMark = (mark) =>
  new RegExp(`(?<![\\p{L}\\p{N}${mark}])${mark}(?=[^\\s${mark}])([^\\n${mark}]*[^\\s${mark}]|[^\\s${mark}])${mark}(?![\\p{L}\\p{N}${mark}])`, "u");

/** @type {Rule[]} */
const SLACK = [
  [/```\n?([\s\S]+?)```/, (found) => h("pre", null, h("code", null, unescaped(found[1])))],
  [/`([^`\n]+)`/, (found) => h("code", null, unescaped(found[1]))],
  [/<([^<>|]+)(?:\|([^<>]*))?>/, (found, _inner, around) => slackTarget(found[1], found[2], around)],
  [/(?:^|(?<=\n))(?:&gt;|>) ?([^\n]*)\n?/, (found, inner) => h("blockquote", null, inner(found[1]))],
  [slackMark("\\*"), (found, inner) => h("strong", null, inner(found[1]))],
  [slackMark("_"), (found, inner) => h("em", null, inner(found[1]))],
  [slackMark("~"), (found, inner) => h("s", null, inner(found[1]))],
  [/&(lt|gt|amp);/, (found) => document.createTextNode(unescaped(found[0]))],
];

function slackTarget(target, label, around) {
  if (/^[@#]/.test(target)) return mention(around.names[target.slice(1)] ?? label ?? target);
  if (target.startsWith("!")) return mention(label ? unescaped(label) : `@${target.slice(1).split("^")[0]}`);
  return link(unescaped(target), unescaped(label ?? target.replace(/^mailto:/, "")));
}

/** @param {string} text @param {Around} around */
export const slackMarks = (text, around) => read(text, SLACK, around);

// Discord -------------------------------------------------------------------------------------------------------------

const wrapped = (mark, tag) => [
  new RegExp(`${mark}((?:\\\\[\\s\\S]|[^\\\\])+?)${mark}`),
  (found, inner) => h(tag, null, inner(found[1])),
];

/** @type {Rule[]} */
const DISCORD = [
  [/\\([^A-Za-z0-9\s])/, (found) => document.createTextNode(found[1])],
  [/```(?:\w+\n)?\n?([\s\S]+?)```/, (found) => h("pre", null, h("code", null, found[1]))],
  [/``?([^`]+)``?/, (found) => h("code", null, found[1])],
  [/(?:^|(?<=\n))-# ([^\n]+)\n?/, (found, inner) => h("small", { class: "subtext" }, inner(found[1]))],
  [/(?:^|(?<=\n))(#{1,3}) ([^\n]+)\n?/, (found, inner) => h("p", { class: `heading h${found[1].length}` }, inner(found[2]))],
  [/(?:^|(?<=\n))((?:> [^\n]*(?:\n|$))+)/, (found, inner) => h("blockquote", null, inner(found[1].replace(/^> /gm, "").trimEnd()))],
  [/(?:^|(?<=\n))((?:[-*] [^\n]*(?:\n|$))+)/, (found, inner) =>
    h("ul", null, found[1].trimEnd().split("\n").map((line) => h("li", null, inner(line.slice(2)))))],
  [/<t:(-?\d+)(?::([tTdDfFR]))?>/, (found, _inner, around) => {
    const unix = Number(found[1]);
    return h("time", { class: "mention", datetime: new Date(unix * 1000).toISOString() },
      stamp(unix, found[2] ?? "f", around.zone, around.now()));
  }],
  [/<(?:@[!&]?|#)(\d+)>/, (found, _inner, around) => mention(around.names[found[1]] ?? "@unknown")],
  [/\[((?:\\.|[^\]\\])+)\]\((https?:\/\/[^\s)]+)\)/, (found, inner) => link(found[2], inner(found[1]))],
  [/<(https?:\/\/[^\s<>]+)>/, (found) => link(found[1], found[1])],
  [/https?:\/\/[^\s<>)\]]+/, (found) => link(found[0], found[0])],
  wrapped("\\*\\*", "strong"),
  wrapped("__", "u"),
  wrapped("~~", "s"),
  wrapped("\\|\\|", "mark"),
  [/\*((?:\\[\s\S]|[^\\*\s])(?:(?:\\[\s\S]|[^\\*])*?(?:\\[\s\S]|[^\\*\s]))?)\*/, (found, inner) => h("em", null, inner(found[1]))],
  [/(?<!\w)_((?:\\[\s\S]|[^\\_])+?)_(?!\w)/, (found, inner) => h("em", null, inner(found[1]))],
];

/** @param {string} text @param {Around} around */
export const discordMarks = (text, around) => read(text, DISCORD, around);
