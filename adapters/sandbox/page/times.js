/** Moments, on the clock of whoever looks. */

const cache = new Map();

function formatter(zone, options) {
  const key = `${zone} ${JSON.stringify(options)}`;
  if (!cache.has(key)) {
    try {
      cache.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
    } catch {
      cache.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }));
    }
  }
  return cache.get(key);
}

const at = (unix) => new Date(unix * 1000);

export const clockTime = (unix, zone) =>
  formatter(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at(unix));
export const dayName = (unix, zone) =>
  formatter(zone, { weekday: "long", day: "numeric", month: "long" }).format(at(unix));
export const shortDay = (unix, zone) =>
  formatter(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(at(unix));
export const fullDate = (unix, zone) =>
  formatter(zone, { dateStyle: "full", timeStyle: "short" }).format(at(unix));

/** Discord's styles of `<t:unix:style>`. */
export function stamp(unix, style, zone, now) {
  const options = {
    t: { timeStyle: "short" },
    T: { timeStyle: "medium" },
    d: { dateStyle: "short" },
    D: { dateStyle: "long" },
    f: { dateStyle: "long", timeStyle: "short" },
    F: { dateStyle: "full", timeStyle: "short" },
  };
  if (style === "R") return relative(unix - now);
  return formatter(zone, options[style] ?? options.f).format(at(unix));
}

function relative(seconds) {
  const words = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]])
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit);
  return words.format(Math.round(seconds), "second");
}

/** "2026-03-05T16:00" as a field of type datetime-local holds it, in that zone. */
export function toField(unix, zone) {
  const parts = Object.fromEntries(
    formatter(zone, {
      year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(at(unix)).map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The moment that such a field means; NaN if it is empty. Two rounds, for the days on which clocks change. */
export function fromField(text, zone) {
  const wanted = Date.parse(`${text}:00Z`) / 1000;
  let guess = wanted;
  for (let round = 0; round < 2 && Number.isFinite(guess); round += 1)
    guess += wanted - Date.parse(`${toField(guess, zone)}:00Z`) / 1000;
  return guess;
}
