/**
 * One window: a platform as one person sees it. It asks for that person's screen whenever something happened to it, and
 * changes only what changed, so that what is being read or typed stays where it is.
 */

import { Cannot, download, town } from "./api.js";
import { composer } from "./composer.js";
import { avatar, calm, fill, fresh, h, icon } from "./dom.js";
import { discordForm, discordMessage } from "./draw_discord.js";
import { slackBlocks, slackForm, slackMessage, spokenTime } from "./draw_slack.js";
import { form } from "./form.js";
import { firstName, personSwitch, PLATFORMS } from "./people.js";
import { clockTime, dayName } from "./times.js";

const BOT = "Common Grounds";
const NEAR_THE_END = 80;

let presses = 0; // in all windows together

/**
 * @param {object} given
 * @param {"slack" | "discord"} given.platform
 * @param {() => import("./people.js").Person[]} given.people
 * @param {() => number} given.now
 * @param {() => void} given.changed something that the guide may want to know
 */
export function platformWindow({ platform, people, now, changed }) {
  const titleId = fresh("window");
  const rooms = h("ul", { class: "rooms" });
  const roomName = h("h3", { class: "room-name" });
  const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": BOT });
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Messages", tabindex: "0" });
  const notice = h("div", { class: "notice", role: "alert" });
  const arrivals = h("div", { class: "arrivals", role: "status" });
  const cover = h("div", { class: "cover", hidden: true });
  const box = composer({ platform, send: command, tell: warn });
  const choice = personSwitch({ platform, people, unread: newFor, choose: be });
  const body = h("div", { class: "win-body" },
    h("nav", { class: "side", "aria-label": `Conversations in ${PLATFORMS[platform]}` },
      h("p", { class: "place" }, platform === "slack" ? "Eastmere" : "Eastmere careers"), rooms),
    h("div", { class: "room" }, h("div", { class: "room-bar" }, roomName, tabs), log, notice, box.root));
  const root = h("section", { class: `win win-${platform}`, "aria-labelledby": titleId },
    h("header", { class: "win-bar" },
      h("h2", { id: titleId }, PLATFORMS[platform], h("span", { class: "pretend" }, "pretend")), choice.root),
    arrivals, h("div", { class: "win-stage" }, body, cover));

  /** @type {import("./people.js").Person | null} */
  let person = null;
  let screen = null, room = "", tab = "messages", asking = false, again = false;
  let open = null, opener = null, pressed = 0, newest = "", answered = "";
  const drawn = new Map(), unread = new Map(), typed = new Map();
  const fresher = new Map();

  // whom it shows

  function newFor(one) {
    let sum = 0;
    for (const [key, count] of unread) if (key.startsWith(`${one.user} `)) sum += count;
    return sum;
  }

  const others = () => people().filter((one) => one.platform === platform && one.user !== person?.user)
    .reduce((sum, one) => sum + newFor(one), 0);

  async function be(one, { focus = true } = {}) {
    person = one;
    screen = null;
    room = "";
    tab = "messages";
    fresher.delete(one.user);
    warn("");
    showArrivals();
    choice.show(person, others());
    fill(log);
    drawn.clear();
    hideForm();
    await refresh();
    if (focus && !open) box.input.focus();
    changed();
  }

  // what happened

  /** Something passed on the wire that this window may show. */
  function heard(told) {
    if (told.message && told.user && told.user !== person?.user) {
      if (told.kind !== "channel") {
        count(told.user, told.channel);
        fresher.set(told.user, told);
        showArrivals();
        choice.show(person, others());
      }
    } else if (told.message && told.user === person?.user && (told.channel !== room || tab !== "messages")) {
      count(told.user, told.channel);
    }
    if (!told.user || told.user === person?.user) soon();
    changed();
  }

  const count = (user, channel) => unread.set(`${user} ${channel}`, (unread.get(`${user} ${channel}`) ?? 0) + 1);

  let timer = 0;
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, 40);
  }

  async function refresh() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      do {
        again = false;
        const whose = person;
        const seen = await town.screen(platform, whose.user);
        if (whose === person) show(seen);
        else again = true;
      } while (again);
    } catch (error) {
      warn(error.message);
    } finally {
      asking = false;
    }
  }

  // what is seen

  function around() {
    return { names: screen.names, zone: person.zone, now, press, file: fileChip };
  }

  function show(seen) {
    screen = seen;
    if (!seen.channels.some((one) => one.id === room)) room = seen.channels[0].id;
    const where = seen.channels.find((one) => one.id === room);
    showRooms();
    const direct = where.kind === "dm";
    fill(roomName, direct ? [h("span", { class: "app-mark", "aria-hidden": "true" }), BOT] : [icon("hash"), where.name],
      seen.left && h("span", { class: "state" }, "has left"), seen.closed && h("span", { class: "state" }, "direct messages closed"));
    showTabs(direct);
    box.offer(seen.commands, person.part, direct ? BOT : `#${where.name}`);
    box.root.hidden = tab === "home" || seen.left;
    if (tab === "home") showHome();
    else showMessages();
    if (tab === "messages") unread.delete(`${person.user} ${room}`);
    showForm();
    changed();
  }

  function showRooms() {
    const key = JSON.stringify([screen.channels, room, [...unread]]);
    if (rooms.dataset.key === key) return;
    rooms.dataset.key = key;
    const held = rooms.contains(document.activeElement) ? document.activeElement.dataset.room : null;
    fill(rooms, screen.channels.map((one) => {
      const count = unread.get(`${person.user} ${one.id}`) ?? 0;
      return h("li", null, h("button", {
        type: "button", class: `${count ? "new" : ""} ${one.kind}`, "aria-current": one.id === room ? "page" : null,
        data: { room: one.id }, on: { click: () => enter(one.id) },
      }, one.kind === "dm" ? h("span", { class: "app-mark", "aria-hidden": "true" }) : icon(one.name === "career-desk" ? "lock" : "hash"),
      h("span", { class: "label" }, one.kind === "dm" ? BOT : one.name),
      count > 0 && h("span", { class: "badge" }, count, h("span", { class: "aloud" }, " new"))));
    }));
    if (held) rooms.querySelector(`[data-room="${held}"]`)?.focus();
  }

  function showTabs(direct) {
    tabs.hidden = !(direct && platform === "slack");
    if (tabs.hidden || tabs.dataset.key === tab) return;
    tabs.dataset.key = tab;
    const held = tabs.contains(document.activeElement);
    fill(tabs, [["home", "Home"], ["messages", "Messages"]].map(([name, label]) => h("button", {
      type: "button", role: "tab", "aria-selected": String(tab === name), tabindex: tab === name ? "0" : "-1",
      data: { tab: name }, on: {
        click: () => turn(name),
        keydown: (event) => {
          if (event.key === "ArrowLeft" || event.key === "ArrowRight") turn(tab === "home" ? "messages" : "home");
        },
      },
    }, label)));
    if (held) tabs.querySelector('[tabindex="0"]').focus();
  }

  async function turn(name) {
    tab = name;
    drawn.clear();
    fill(log);
    show(screen);
    if (name === "home") {
      const reaction = await tried(() => town.openHome(person.user));
      if (reaction && !reaction.acked) warn(broken(reaction));
      await refresh();
    }
  }

  function enter(id) {
    room = id;
    tab = "messages";
    drawn.clear();
    fill(log);
    show(screen);
  }

  function showHome() {
    const key = JSON.stringify(screen.home?.payload ?? null);
    if (drawn.get("home")?.key === key) return;
    drawn.clear();
    const page = h("div", { class: "home" }, screen.home
      ? slackBlocks(screen.home.payload.blocks, { ...around(), press: (id, button) => press(id, button, screen.home.id) })
      : h("p", { class: "empty" }, "The Home tab is on its way."));
    drawn.set("home", { key, row: page });
    fill(log, page);
  }

  function showMessages() {
    const wanted = screen.messages.filter((one) => one.channel === room);
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END;
    const first = drawn.size === 0;
    const rows = [];
    let day = "", added = false;
    for (const message of wanted) {
      const today = dayName(message.at, person.zone);
      if (today !== day) rows.push(row(`day ${today}`, today, () => h("div", { class: "day" }, h("span", null, today))));
      day = today;
      const key = JSON.stringify([message.payload, message.edited, screen.names[message.payload.author?.id]]);
      added ||= !drawn.has(message.id);
      rows.push(row(message.id, key, () => drawMessage(message)));
    }
    if (!wanted.length) rows.push(row("empty", room, emptyRoom));
    place(rows);
    const last = wanted.at(-1);
    newest = last?.id ?? "";
    if (added && (atEnd || first)) log.scrollTo({ top: log.scrollHeight, behavior: first || calm() ? "auto" : "smooth" });
  }

  function row(id, key, make) {
    const known = drawn.get(id);
    if (known?.key === key) return { id, key, row: known.row };
    const made = make();
    if (known?.row.contains(document.activeElement)) queueMicrotask(() => made.querySelector("button")?.focus() ?? log.focus());
    return { id, key, row: made };
  }

  /** Puts the rows in order, touching only those that are new, gone or changed: a live region tells of the new ones. */
  function place(rows) {
    drawn.clear();
    const keep = new Set(rows.map((one) => one.row));
    for (const old of [...log.children]) if (!keep.has(old)) old.remove();
    rows.forEach((one, n) => {
      drawn.set(one.id, one);
      if (log.children[n] !== one.row) log.insertBefore(one.row, log.children[n] ?? null);
    });
  }

  function emptyRoom() {
    const direct = screen.channels.find((one) => one.id === room).kind === "dm";
    return h("div", { class: "empty" }, h("span", { class: "app-mark big", "aria-hidden": "true" }),
      h("p", null, direct ? `This is where ${BOT} and ${firstName(person.name)} talk.` : "Nobody has written here yet."));
  }

  function drawMessage(message) {
    const payload = message.payload;
    const at = clockTime(message.at, person.zone);
    const own = { ...around(), press: (id, button) => press(id, button, message.id) };
    const human = platform === "discord" && payload.author && !payload.author.bot;
    const name = human ? payload.author.global_name : BOT;
    const only = message.kind === "ephemeral" && h("p", { class: "only" }, icon("eye"),
      platform === "slack" ? "Only visible to you" : "Only you can see this");
    const used = payload.type === 20 && h("p", { class: "used" }, `${person.name} used a command`);
    return h("article", { class: `message ${message.kind} ${calm() ? "" : "comes"}`, data: { message: message.id } },
      platform === "slack" ? only : used,
      human ? avatar(name) : h("span", { class: "avatar bot", "aria-hidden": "true" }),
      h("div", { class: "message-body" },
        h("p", { class: "by" }, h("strong", null, name), !human && h("span", { class: "tag" }, "APP"),
          h("time", { datetime: new Date(message.at * 1000).toISOString(), title: spokenTime(message.at, person.zone) }, at)),
        platform === "slack" ? slackMessage(payload, own) : discordMessage(payload, own),
        message.edited && h("span", { class: "edited" }, "(edited)"),
        platform === "discord" && only));
  }

  function fileChip(id, name, size, kind, words = "") {
    if (kind.startsWith("image/")) {
      const picture = h("img", { alt: words || name, class: "picture" });
      download(platform, id).then((blob) => { picture.src = URL.createObjectURL(blob); }).catch(() => {});
      return picture;
    }
    const kilobytes = size < 1024 ? `${size} bytes` : `${Math.round(size / 1024)} kB`;
    return h("button", { type: "button", class: "file", on: { click: () => keep(id, name) } },
      icon("file"), h("span", null, name, h("small", null, `${kilobytes}, download`)));
  }

  async function keep(id, name) {
    const blob = await tried(() => download(platform, id));
    if (!blob) return;
    const to = h("a", { href: URL.createObjectURL(blob), download: name });
    to.click();
    URL.revokeObjectURL(to.href);
  }

  // what one does

  async function tried(act) {
    warn("");
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Cannot)) throw error;
      warn(error.message);
      return null;
    }
  }

  function broken(reaction) {
    if (platform === "slack") return "We had some trouble connecting. Try again?";
    return reaction.why ? `This interaction failed: ${reaction.why}.` : "This interaction failed.";
  }

  function warn(words) {
    fill(notice, words && h("p", null, words, h("button", {
      type: "button", "aria-label": "Dismiss", on: { click: () => warn("") } }, icon("close"))));
  }

  async function command(name, words) {
    pressed = ++presses;
    answered = newest;
    opener = box.input;
    tab = "messages";
    const channel = screen.channels.find((one) => one.id === room).kind === "dm" ? "" : room;
    const reaction = await tried(() => town.command(platform, person.user, name, words, channel));
    if (reaction && !reaction.acked) warn(broken(reaction));
    await refresh();
  }

  async function press(id, button, message) {
    if (button.getAttribute("aria-busy")) return;
    pressed = ++presses;
    answered = newest;
    opener = button;
    button.setAttribute("aria-busy", "true");
    const reaction = await tried(() => town.press(platform, person.user, id, message));
    if (reaction && !reaction.acked) warn(broken(reaction));
    button.removeAttribute("aria-busy");
    await refresh();
  }

  // the open form

  function showForm() {
    const modal = screen.modal;
    if (!modal) return hideForm();
    const key = JSON.stringify([modal.id, modal.payload]);
    const kept = typed.get(person.user);
    if (open?.key === key) {
      tellErrors(modal);
      return;
    }
    hideForm();
    const made = kept?.key === key ? kept.made : newForm(modal);
    open = { key, made, errors: "" };
    typed.set(person.user, open);
    fill(cover, made.dialog);
    cover.hidden = false;
    body.inert = true;
    made.begin();
    tellErrors(modal);
  }

  function newForm(modal) {
    const whose = person;
    return form({
      drawn: (platform === "slack" ? slackForm : discordForm)(modal.payload, { ...around(), press: (id, button) => press(id, button, modal.id) }),
      filled: modal.filled,
      changed,
      zone: whose.zone,
      now,
      upload: async (file) => (await town.file(platform, file)).file,
      send: async (values) => {
        pressed = ++presses;
        const reaction = await town.submit(platform, whose.user, values);
        if (open) open.errors = "";
        await refresh();
        const told = Object.keys(reaction.errors).length > 0;
        if (!reaction.acked && !told) open?.made.trouble(platform === "slack" ? "We had some trouble connecting. Try again?" : "Something went wrong. Try again.");
      },
      close: async () => {
        await tried(() => town.dismiss(platform, whose.user));
        await refresh();
      },
    });
  }

  function tellErrors(modal) {
    const told = JSON.stringify(modal.errors);
    if (open.errors === told) return;
    open.errors = told;
    if (Object.keys(modal.errors).length) open.made.errors(modal.errors);
  }

  function hideForm() {
    if (!open) return;
    if (screen && !screen.modal && person) typed.delete(person.user);
    const inside = cover.contains(document.activeElement);
    open = null;
    cover.hidden = true;
    fill(cover);
    body.inert = false;
    if (!inside) return;
    if (opener?.isConnected && opener.offsetParent) opener.focus();
    else box.input.focus();
  }

  // for whom else something came

  function showArrivals() {
    const waiting = [...fresher.values()].filter((told) => told.user !== person?.user).slice(-2).reverse();
    fill(arrivals, waiting.map((told) => {
      const one = people().find((each) => each.user === told.user && each.platform === platform);
      return one && h("div", { class: "arrival" }, avatar(one.name), h("p", null,
        h("strong", null, `${firstName(one.name)} has a message in ${PLATFORMS[platform]}`), h("span", { class: "preview" }, told.line)),
      h("button", { type: "button", class: "be", on: { click: () => be(one) } }, `Be ${firstName(one.name)}`),
      h("button", { type: "button", class: "later", "aria-label": `Not now: ${one.name}`, on: { click: () => { fresher.delete(one.user); showArrivals(); changed(); } } }, icon("close")));
    }));
  }

  return {
    root,
    platform,
    be,
    heard,
    refresh,
    input: box.input,
    get person() { return person; },
    get form() { return open?.made ?? null; },
    /** 0 before anything was pressed here; larger than elsewhere where the last press was. */
    get pressed() { return pressed; },
    get waiting() { return [...fresher.values()].filter((told) => told.user !== person?.user); },
    /** What the newest message here most wants to have pressed, if it came after the last press. */
    get button() {
      if (!newest || newest === answered || tab === "home") return null;
      return drawn.get(newest)?.row.querySelector("button.press.primary") ?? null;
    },
  };
}
