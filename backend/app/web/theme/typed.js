// What is typed into a form and not sent outlives the loading of its page: the tab keeps it by person, address, dialog,
// form and field, and puts it back when that form is shown again. Never what is secret (passwords, files, fields marked so), and
// no longer than until it is sent, its dialog is closed, or one logs out.
(() => {
const TYPED = "typed:", APART = "\n";
const forms = new Map(); // of forms that are shown: what is known of them
const sent = new Set(); // keys of what was sent since the page was loaded

const fields = (form) => [...form.elements].filter((each) => each.name && !each.dataset.unkept && !/password|file|hidden|submit|button/.test(each.type));
const sort = (field) => (/checkbox|radio/.test(field.type) ? ["checked", `${field.name}=${field.value}`] : ["value", field.name]);
const states = (some) => some.map((field) => [sort(field)[1], field[sort(field)[0]]]);
const place = () => `${TYPED}${document.querySelector(".aw-me")?.dataset.person}${APART}${location.pathname}${location.search}${APART}`;
const drop = (key) => sessionStorage.removeItem(key);

// Give fields what `wanted` says, in order; tell whether that changed any.
function put(some, wanted) {
  let changed = false;
  for (const field of some) {
    const [what, name] = sort(field), at = wanted.findIndex(([one]) => one === name);
    if (at < 0) continue;
    const [[, value]] = wanted.splice(at, 1);
    if (field[what] === value) continue;
    field[what] = value;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    changed = true;
  }
  return changed;
}

function first(form) {
  const dialog = form.closest("dialog")?.getAttribute("aria-label");
  const key = place() + [dialog ?? "", form.getAttribute("aria-label")].join(APART);
  if (sent.has(key)) drop(key);
  const kept = JSON.parse(sessionStorage.getItem(key) || "[]");
  const known = { key, passing: dialog !== undefined, kept, before: [], seen: new Set(), note: document.createElement("p") };
  const clear = Object.assign(document.createElement("button"), { type: "button", className: "aw-reword", textContent: "Clear it" });
  clear.onclick = () => { put(fields(form), [...known.before]); drop(key); known.note.remove(); };
  Object.assign(known.note, { className: "aw-kept", role: "status" }).append("What you had typed is back. ", clear);
  forms.set(form, known);
  return known;
}

// A form may come in parts: each field is given what was typed when it is seen first.
function shown(form) {
  const known = forms.get(form) ?? first(form);
  if (!known.kept.length) return;
  const fresh = fields(form).filter((each) => !known.seen.has(each));
  fresh.forEach((each) => known.seen.add(each));
  known.before.push(...states(fresh));
  if (put(fresh, known.kept) || (fresh.length && known.note.isConnected)) form.append(known.note);
}

// After a load: what was typed into dialogs of this page waits until they are opened again.
function remind(toasts) {
  toasts.dataset.reminded = "";
  const here = place();
  const dialogs = new Set(Object.keys(sessionStorage).filter((key) => key.startsWith(here)).map((key) => key.split(APART)[2]).filter(Boolean));
  if (!dialogs.size) return;
  const told = `The page was loaded anew. What you had typed is kept: open “${[...dialogs].join("” or “")}” again.`;
  const note = Object.assign(document.createElement("div"), { className: "aw-toast", textContent: told });
  setTimeout(() => note.remove(), 20000);
  toasts.append(note);
}

new MutationObserver(() => {
  for (const [form, { key, passing }] of forms) {
    if (form.isConnected) continue;
    forms.delete(form);
    if (passing || sent.has(key)) drop(key);
  }
  document.querySelectorAll(".aw-shell form[aria-label]").forEach(shown);
  const toasts = document.querySelector(".aw-toasts:not([data-reminded])");
  if (toasts) remind(toasts);
}).observe(document.documentElement, { childList: true, subtree: true });

addEventListener("input", ({ target }) => {
  const known = forms.get(target.form);
  if (!known || !fields(target.form).includes(target)) return;
  sent.delete(known.key);
  try { sessionStorage.setItem(known.key, JSON.stringify(states(fields(target.form)))); } catch { /* full, or not allowed: nothing is kept */ }
});
addEventListener("submit", ({ target }) => {
  if (forms.has(target)) sent.add(forms.get(target).key);
  else if (target.matches("[action='/logout']")) Object.keys(sessionStorage).filter((key) => key.startsWith(TYPED)).forEach(drop);
}, true);
})();
