// Reads calendars with ical.js and prints what takes place. One text per line of standard input: [text, until]; one
// answer per line of standard output: [[summary, start, end, [attendees who did not decline]], …], times in UTC, or days.
"use strict";
const ICAL = require("ical.js");
const readline = require("readline");

const written = (time) => (time.isDate ? time.toString() : time.convertToZone(ICAL.Timezone.utcTimezone).toString());

const people = (component) =>
  component
    .getAllProperties("attendee")
    .filter((each) => each.getParameter("partstat") !== "DECLINED")
    .map((each) => each.getFirstValue())
    .sort();

const takesPlace = (component) => component.getFirstPropertyValue("status") !== "CANCELLED";

const occurrences = (master, changes, until) => {
  const event = new ICAL.Event(master, { strictExceptions: false, exceptions: changes });
  if (!event.isRecurring()) return [[master, event.startDate, event.endDate]];
  const found = [];
  const iterator = event.iterator();
  for (let next = iterator.next(); next && next.toString() < until && found.length < 5000; next = iterator.next()) {
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    found.push([item.component, startDate, endDate]);
  }
  return found;
};

const answer = (text, until) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  calendar.getAllSubcomponents("vtimezone").forEach((each) => ICAL.TimezoneService.register(each));
  const events = calendar.getAllSubcomponents("vevent");
  const changes = (uid) =>
    events.filter((each) => each.hasProperty("recurrence-id") && each.getFirstPropertyValue("uid") === uid);
  return events
    .filter((each) => !each.hasProperty("recurrence-id"))
    .flatMap((master) => occurrences(master, changes(master.getFirstPropertyValue("uid")), until))
    .filter(([component]) => takesPlace(component))
    .map(([component, start, end]) => [
      component.getFirstPropertyValue("summary"),
      written(start),
      written(end),
      people(component),
    ]);
};

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const [text, until] = JSON.parse(line);
  process.stdout.write(JSON.stringify(answer(text, until)) + "\n");
});
