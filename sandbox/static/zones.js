// Instants and what a clock on the wall of a zone shows. Instants are whole seconds since 1970.

// How far a zone's clock is ahead of UTC at an instant, in seconds.
function ahead(at, zone) {
  const options = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
  const shown = Object.fromEntries(new Intl.DateTimeFormat("en-US", options).formatToParts(at * 1000).map((part) => [part.type, Number(part.value)]));
  return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second) / 1000 - Math.floor(at);
}

// `2026-03-29T09:30`, as a datetime-local input takes it.
export function wallTime(at, zone) {
  return new Date((at + ahead(at, zone)) * 1000).toISOString().slice(0, 16);
}

// The first of two where clocks are set back; as far after the change as it was said to be where they are set forward.
export function instantOf(text, zone) {
  const wall = Date.parse(`${text}Z`) / 1000;
  const [before, after] = [wall - 86_400, wall + 86_400].map((at) => wall - ahead(at, zone));
  return [before, after].sort((a, b) => a - b).find((at) => at + ahead(at, zone) === wall) ?? before;
}
