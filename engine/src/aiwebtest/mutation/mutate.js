// Runs at the start of each document while mutants are surveyed or tried. `plan` is null (survey) or one mutant; `tell`
// is the name of the binding that hears of what is seen and of a fault that took hold.
(plan, tell) => {
  const CONTROLS = "button, a[href], input:not([type=hidden]), select, textarea, [role=button], [role=tab], [role=switch]";
  const LISTS = "ul, ol, tbody, [role=list], [role=listbox], [role=log]";
  const MOST = 80; // things of a kind that one page offers

  const words = (text) => (text || "").replace(/\s+/g, " ").trim().slice(0, 60);
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const report = (message) => window[tell] && window[tell](message);
  const page = () => location.pathname.replace(/\d+/g, "#");

  const field = (element) => element.matches("input, textarea, select") && !/^(button|submit|reset)$/.test(element.type);

  // never what somebody typed: it changes with each key, and may be a secret
  const nameOf = (element) => {
    const label = element.labels && element.labels[0] && element.labels[0].innerText;
    const first = element.matches(LISTS) && element.firstElementChild;
    const own = field(element) ? label || element.placeholder : (first || element).innerText || element.value;
    return words(element.getAttribute("aria-label") || own || element.name || element.id);
  };

  const roleOf = (element) => {
    const tag = element.localName;
    if (element.getAttribute("role")) return element.getAttribute("role");
    if (tag === "a") return "link";
    if (tag === "input") return ["button", "submit", "reset"].includes(element.type) ? "button" : `${element.type} field`;
    return { select: "dropdown", textarea: "text area", ul: "list", ol: "list", tbody: "table" }[tag] || tag;
  };

  function selectorOf(element) {
    const parts = [];
    for (let node = element; node && node !== document.documentElement && parts.length < 7; node = node.parentElement) {
      const id = node.id;
      if (id && !/\d{2,}/.test(id) && document.querySelectorAll(`#${CSS.escape(id)}`).length === 1) {
        parts.unshift(`#${CSS.escape(id)}`);
        return parts.join(" > ");
      }
      const twins = node.parentElement ? [...node.parentElement.children].filter((one) => one.localName === node.localName) : [];
      parts.unshift(twins.length > 1 ? `${node.localName}:nth-of-type(${twins.indexOf(node) + 1})` : node.localName);
    }
    return parts.join(" > ");
  }

  const numberedLeaf = (element) =>
    element.children.length === 0 && /\d/.test(element.textContent) && !element.matches("script, style, option, title");

  const standing = new WeakSet(); // lists that were in the page when it was looked at
  const grown = new WeakSet(); // those that something was added to later: one that came as a whole cannot be stale

  function first(selector, fits) {
    const found = [];
    for (const element of document.querySelectorAll(selector)) {
      if (fits(element) && found.push(element) === MOST) break;
    }
    return found;
  }

  function sights() {
    const found = [];
    const add = (kinds, element, text) => {
      const sight = { page: page(), selector: selectorOf(element), text, thing: `${roleOf(element)} “${nameOf(element)}”` };
      for (const kind of kinds) found.push({ kind, ...sight });
    };
    for (const element of first(CONTROLS, shown)) {
      const text = field(element) ? "" : words(element.innerText);
      add(["hide", ...(element.disabled ? [] : ["disable"]), ...(text ? ["relabel"] : [])], element, text);
    }
    for (const element of first("body *", (one) => numberedLeaf(one) && shown(one))) {
      const text = words(element.textContent);
      found.push({ kind: "wrong-value", page: page(), selector: selectorOf(element), text, thing: `text “${text}”` });
    }
    for (const list of first(LISTS, (one) => grown.has(one) && shown(one))) add(["stale-list"], list, "");
    return found;
  }

  // --- survey ---------------------------------------------------------------------------------------------------------

  function survey() {
    let timer = 0;
    const told = new Set();
    const anew = (sight) => {
      const key = JSON.stringify(sight);
      return !told.has(key) && told.add(key);
    };
    const look = () => (document.body ? sights().filter(anew) : []);
    const scan = () => {
      const found = look();
      if (found.length) report({ sights: found });
    };
    Object.defineProperty(window, `${tell}_last`, { value: look }); // asked as the case ends, which may be before `scan`
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(scan, 60);
    };
    const stand = () => {
      if (document.readyState !== "loading") for (const list of document.querySelectorAll(LISTS)) standing.add(list);
    };
    const changed = (records) => {
      for (const one of records) {
        if (standing.has(one.target) && [...one.addedNodes].some((node) => node.nodeType === 1)) grown.add(one.target);
      }
      stand();
      soon();
    };
    new MutationObserver(changed).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    for (const kind of ["pointerdown", "keydown", "change"]) document.addEventListener(kind, scan, true); // it may leave
    document.addEventListener("DOMContentLoaded", () => {
      stand();
      soon();
    });
  }

  // --- one fault ------------------------------------------------------------------------------------------------------

  const done = new WeakSet();
  const took = () => report({ took: true });

  const faults = {
    hide: (element) => element.style.setProperty("display", "none", "important"),
    disable: (element) => {
      element.disabled = true;
      element.setAttribute("aria-disabled", "true");
      element.style.setProperty("pointer-events", "none", "important");
      if (element.localName === "a") element.removeAttribute("href");
    },
    relabel: (element) => {
      if (element.hasAttribute("aria-label")) element.setAttribute("aria-label", "Zebra");
      if (element.localName === "input") element.value = "Zebra";
      else element.textContent = "Zebra";
    },
    "wrong-value": (element) => {
      element.textContent = element.textContent.replace(/\d(?!.*\d)/, (digit) => (Number(digit) + 1) % 10);
    },
  };

  function stale(list) {
    done.add(list);
    new MutationObserver((records) => {
      for (const record of records) {
        for (const node of record.addedNodes) {
          if (node.nodeType === 1 && node.parentNode === list) {
            node.remove();
            took();
          }
        }
      }
    }).observe(list, { childList: true });
  }

  function plant() {
    if (page() !== plan.page) return;
    const element = document.querySelector(plan.selector);
    if (!element || done.has(element)) return;
    if (plan.kind === "stale-list") {
      if (document.readyState !== "loading") stale(element);
      return;
    }
    const text = plan.kind === "wrong-value" ? element.textContent : field(element) ? "" : element.innerText;
    if (words(text) !== plan.text) return;
    done.add(element);
    faults[plan.kind](element);
    took();
  }

  if (plan === null) {
    survey();
    return;
  }
  new MutationObserver(plant).observe(document, { subtree: true, childList: true, characterData: true });
  document.addEventListener("DOMContentLoaded", plant);
};
