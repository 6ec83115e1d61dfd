// The verdict as people read it: large, calm, step by step.

const STEPS = { evidence: 4, document: 6 };
const NAMES = ["Checkpoint", "Entries", "Records", "Producers", "Document", "Figures"];
const MOST_RECORDS = 50;
const SEALS = {
  good: "M16 25l6 6 11-14",
  bad: "M17 17l14 14M31 17L17 31",
  open: "M24 14v13M24 33.5v.5",
};
const SVG = "http://www.w3.org/2000/svg";
const result = document.getElementById("result");

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function isolated(value) {
  return make("bdi", "", String(value));
}

function seal(tone) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "seal");
  svg.setAttribute("viewBox", "0 0 48 48");
  svg.setAttribute("aria-hidden", "true");
  const ring = document.createElementNS(SVG, "circle");
  for (const [name, value] of [["cx", 24], ["cy", 24], ["r", 21]]) ring.setAttribute(name, value);
  const mark = document.createElementNS(SVG, "path");
  mark.setAttribute("d", SEALS[tone]);
  svg.append(ring, mark);
  return svg;
}

function put(tone, title, subtitle, ...rest) {
  const heading = make("h3", "", title);
  heading.tabIndex = -1;
  const head = make("div", "verdict", seal(tone), heading, make("p", "", subtitle));
  const box = make("div", `result ${tone}`, head, ...rest);
  result.replaceChildren(box);
  heading.focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function notice(value) {
  const mark = make("span", "mark", "▲");
  mark.setAttribute("aria-hidden", "true");
  return make("p", "notice", mark, " ", sentence(value));
}

function sentence(value) {
  const first = value.charAt(0).toUpperCase() + value.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

// Hashes are cut where people read; the failed step below shows them whole.
function brief(value) {
  return value.replace(/([0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
}

function rows(pairs) {
  const list = make("dl", "rows");
  for (const [name, value] of pairs) {
    list.append(make("dt", "", name), make("dd", "", value));
  }
  return list;
}

// A record's value as nested rows; names are the record's own, with blanks for underscores.
function shown(value) {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) return isolated(value.join(", "));
    return make("div", "", ...value.map(shown));
  }
  if (typeof value === "object") {
    return rows(Object.entries(value).map(([name, inner]) => [name.replaceAll("_", " "), shown(inner)]));
  }
  return isolated(value);
}

// A record's fields, each with how it is known beside its name.
function fieldsOf(record) {
  const { basis = {}, claimed_at: claimed, ...stated } = record;
  const known = (name) =>
    Object.entries(basis)
      .filter(([path]) => path.split(".")[0] === name)
      .map(([path, word]) => (path === name ? word : `${path.slice(name.length + 1)} ${word}`))
      .join(", ");
  const pairs = Object.entries(stated).map(([name, value]) => [
    make("span", "", name.replaceAll("_", " "), make("span", "known", known(name))),
    shown(value),
  ]);
  if (claimed) pairs.push(["claimed at", isolated(claimed)]);
  return rows(pairs);
}

function step(number, className, name, state, ...rest) {
  const title = make("h4", "", name, " ", make("span", "state", state));
  return make("li", className, make("span", "number", String(number)), make("div", "", title, ...rest));
}

// Where a document was changed: the field, what it shows, and what it would have to show.
function differences(answer) {
  if (!answer.differences) return null;
  const pairs = answer.differences.map((one) => [
    one.field,
    rows([["shown", isolated(one.shown || "nothing")], ["expected", isolated(one.expected || "nothing")]]),
  ]);
  return rows(pairs);
}

function steps(answer) {
  const list = make("ol", "steps");
  for (const one of answer.steps) {
    list.append(
      step(one.number, "holds", one.name, "✓ holds",
        make("p", "means", sentence(one.means)), make("p", "computed", one.computed)),
    );
  }
  const failed = answer.failed?.number;
  if (failed) {
    const state = answer.verdict === "cannot tell" ? "? cannot be done" : "✗ fails";
    list.append(
      step(failed, "fails", answer.failed.name, state,
        make("p", "computed", sentence(answer.reason)), differences(answer)),
    );
    for (let number = failed + 1; number <= STEPS[answer.kind]; number += 1) {
      list.append(step(number, "later", NAMES[number - 1], "not reached"));
    }
  }
  return list.children.length ? list : null;
}

function facts(answer) {
  const pairs = [["Log", make("span", "", isolated(answer.log.origin), `, size ${answer.log.size}`)]];
  const seen = answer.log.seen_no_later_than;
  pairs.push(["Logged no later than", seen ? `${seen}, by a witness` : "not known: no witness says"]);
  if (answer.document) {
    pairs.push(["Record", answer.document.record]);
    pairs.push(["Text", make("code", "", answer.document.digest)]);
    if (answer.document.figures) {
      pairs.push(["Figures", `${answer.document.figures}, derived again from the record`]);
    }
    if (answer.document.rendition_of) {
      pairs.push(["A later rendition of", answer.document.rendition_of]);
    }
  }
  return rows(pairs);
}

function records(answer) {
  // Key records come along in every file; they are told only if there is nothing else.
  const others = answer.records.filter((one) => one.kind !== "key");
  const told = others.length ? others : answer.records;
  const box = make("div", "shown", make("h4", "", "What the file shows"));
  for (const one of told.slice(0, MOST_RECORDS)) {
    const names = Object.keys(one.fields);
    const title = make("summary", "", `${one.kind} ${one.id}, signed by `, isolated(one.producer));
    const body = names.length
      ? fieldsOf(one.fields)
      : make("p", "quiet", "Logged, and nothing of it is shown: its values are sealed.");
    const details = make("details", "", title, body);
    details.open = told.length === 1;
    box.append(details);
  }
  if (told.length > MOST_RECORDS) {
    box.append(make("p", "quiet", `and ${told.length - MOST_RECORDS} more records`));
  }
  return box;
}

function titleOf(warnings) {
  if (!warnings.length) return "Verified";
  const alone = warnings.every((one) => one.startsWith("not witnessed"));
  return alone ? "Verified, but not witnessed" : "Verified, with warnings";
}

export function announceBusy(name) {
  const line = make("p", "quiet", "Checking ", isolated(name), " …");
  result.replaceChildren(make("div", "result busy", line));
}

export function showProblem(name, problem) {
  put("open", problem.title ?? "Not checked", isolated(name),
    make("p", "reason", sentence(problem.detail ?? "This server gave no reason")),
    problem.hint ? make("p", "hint", problem.hint) : null);
}

export function showVerdict(name, bytes, answer) {
  const subtitle = make("span", "", isolated(name), `, ${size(bytes)}`);
  const hint = answer.hint ? make("p", "hint", answer.hint) : null;
  const against = make("p", "limit", "Checked by this server against the logs that it trusts: ",
    isolated(answer.trusts.join(", ") || "none"),
    ". The proof shows what was recorded, and that it has not changed since; not that it is true. " +
    "What was never recorded cannot be detected.");
  if (answer.verdict === "verified" && answer.kind === "misbehaviour") {
    put("bad", "Proved: the log contradicts itself", subtitle,
      make("p", "reason", "It signed two trees that cannot be one. Keep this file, and pass it on."),
      steps(answer), make("p", "limit", "Checked by this server with the keys that it knows of: ",
        isolated(answer.trusts.join(", "))));
    return;
  }
  if (answer.verdict === "verified") {
    put("good", titleOf(answer.warnings), subtitle,
      ...answer.warnings.map(notice), facts(answer), steps(answer), records(answer), against);
    return;
  }
  const [tone, title] = answer.verdict === "cannot tell" ? ["open", "Cannot tell"] : ["bad", "Not verified"];
  put(tone, title, subtitle, make("p", "reason", sentence(brief(answer.reason))), hint, steps(answer), against);
}
