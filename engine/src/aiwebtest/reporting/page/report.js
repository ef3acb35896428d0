"use strict";
(() => {
  const $ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const search = document.getElementById("search");
  const items = $(".cases > li");

  // In a long report the bodies of good cases are held back as text.
  const unfold = (details) => {
    const held = details.querySelector(":scope > script");
    if (held) held.outerHTML = held.textContent;
  };

  // Pictures are decoded when their step is opened for the first time.
  const load = (root) => {
    for (const image of $("img[data-key]", root)) {
      if (image.closest("details:not([open])")) continue;
      const data = document.getElementById("p" + image.dataset.key);
      image.src = `data:${data.dataset.kind};base64,${data.textContent}`;
      delete image.dataset.key;
    }
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.tagName !== "DETAILS" || !event.target.open) return;
    unfold(event.target);
    load(event.target);
  }, true);

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = document.querySelector("[name=filter]:checked").value;
    let shown = 0;
    for (const item of items) {
      const fits = (wanted === "all" || item.dataset.flags.split(" ").includes(wanted))
        && words.every((word) => item.dataset.text.includes(word));
      item.hidden = !fits;
      shown += fits;
    }
    document.getElementById("none").hidden = shown > 0;
    document.getElementById("shown").textContent = shown === items.length
      ? `${shown} case${shown === 1 ? "" : "s"}` : `${shown} of ${items.length} cases`;
  };
  let pending = 0;
  search.addEventListener("input", () => { clearTimeout(pending); pending = setTimeout(filter, 60); });
  for (const radio of $("[name=filter]")) radio.addEventListener("change", filter);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });

  const theme = document.documentElement;
  const remember = (value) => { try { localStorage.setItem("aiwebtest-theme", value); } catch { /* a file may have no storage */ } };
  try { const stored = localStorage.getItem("aiwebtest-theme"); if (stored) theme.dataset.theme = stored; } catch { /* as above */ }
  document.getElementById("theme").addEventListener("click", () => {
    const dark = theme.dataset.theme ? theme.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    theme.dataset.theme = dark ? "light" : "dark";
    remember(theme.dataset.theme);
  });

  const zoom = document.getElementById("zoom");
  document.addEventListener("click", (event) => {
    const frame = event.target.closest(".shot .frame");
    if (frame) {
      const copy = document.createElement("div");
      copy.className = "frame";
      copy.style.cssText = frame.style.cssText;
      copy.append(...[...frame.children].map((child) => child.cloneNode(true)));
      zoom.querySelector("div").replaceChildren(copy);
      zoom.showModal();
    } else if (event.target === zoom) {
      zoom.close();
    }
  });

  // A link to a case opens it; a run with few bad cases opens the first of them.
  const open = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
  if (!location.hash) {
    const bad = items.filter((item) => !/passed|skipped/.test(item.dataset.flags));
    if (bad.length && bad.length <= 3) bad[0].querySelector("details").open = true;
  }
})();
