// What the console can do besides where scripts run; every page and every act works without it. Words: data-… of <body>.
(() => {
  "use strict";
  const DRAFT = "kaoji-draft ", PATIENCE = 60000, pages = [];
  let stream = null;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const word = name => document.body.dataset[name] || "";

  // --- that something was recorded meanwhile: offered, never done by itself; how far a check or a trial is, until it ends ---
  function listen() {
    const shown = Number(document.body.dataset.position), place = document.querySelector("[data-progress]");
    if (stream) stream.close();
    stream = null;
    if (!(shown || place) || document.hidden || !window.EventSource) return;
    stream = new EventSource(place ? place.dataset.progress : "/api/v1/changes");
    stream.addEventListener("changed", event => {
      const later = JSON.parse(event.data).position - shown;
      if (later > 0) offer(later);
    });
    stream.addEventListener("progress", event => tell(place, JSON.parse(event.data)));
    stream.addEventListener("ended", () => location.reload());
    stream.onerror = () => { if (stream && stream.readyState === 2) stream = null; };
  }

  function tell(place, stand) {
    const bar = place.querySelector("progress"), [far, , found] = place.querySelectorAll("p");
    far.textContent = stand.told;
    stand.total ? Object.assign(bar, { max: stand.total, value: stand.done }) : bar.removeAttribute("value");
    if (!found) return;
    if (found.textContent !== stand.counted) found.textContent = stand.counted;
    place.querySelector("ul").replaceChildren(...stand.faults.map(fault => made("li", "", fault)));
  }

  function offer(later) {
    let bar = document.getElementById("moved");
    if (!bar) {
      bar = made("p", "moved");
      bar.id = "moved";
      bar.setAttribute("role", "status");
      document.querySelector("main").append(bar);
    }
    bar.replaceChildren(word("moved").replace("{count}", later) + " ", button("quiet", "reload", () => location.reload()));
  }

  function made(tag, kind, text = "") {
    const element = document.createElement(tag);
    element.className = kind;
    element.textContent = text;
    return element;
  }

  function button(kind, key, pressed) {
    return Object.assign(made("button", kind, word(key)), { type: "button", onclick: pressed });
  }

  // --- a draft of each step, on this phone, until it is recorded or its writer signs out --------------------
  const place = form => `${DRAFT}${document.body.dataset.person} ${form.dataset.draft}`;
  const asked = form => [...form.elements].filter(e => e.name && !["hidden", "file", "password", "submit"].includes(e.type));

  function stored(key) {
    try { return JSON.parse(sessionStorage.getItem(key)) || {}; } catch { return {}; }
  }

  function forget(kept = () => false) {
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT) && !kept(key)) sessionStorage.removeItem(key);
    } catch { /* a browser that keeps nothing has nothing to forget */ }
  }

  function write(form) {
    const draft = stored(place(form));
    for (const each of asked(form)) {
      if (each.checked || !["radio", "checkbox"].includes(each.type)) draft[each.name] = each.value;
    }
    try { sessionStorage.setItem(place(form), JSON.stringify(draft)); } catch { /* then it is not kept */ }
  }

  function fill(form) {
    const draft = stored(place(form));
    let filled = false;
    for (const each of asked(form)) {
      const value = draft[each.name];
      if (!value || each.name.startsWith("find")) continue;
      if (each.type === "radio") {
        if (each.value !== value || asked(form).some(one => one.name === each.name && one.checked)) continue;
        each.checked = filled = true;
      } else if (!each.value || each.dataset.default === each.value) {
        filled = filled || each.value !== value;
        each.value = value;
      }
    }
    if (filled) form.prepend(made("p", "note", word("draft")));
  }

  // --- sending: once, and again where the network was away --------------------------------------------------
  function submitted(event) {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    if (form.action.endsWith("/sign-out")) forget();
    if (!form.hasAttribute("data-keep") || !window.fetch) return setTimeout(() => delete form.dataset.sent, 4000);
    event.preventDefault();
    if (form.dataset.draft) write(form);
    const content = new FormData(form), pressed = event.submitter;
    if (pressed && pressed.name) content.append(pressed.name, pressed.value);
    send(form, content);
  }

  async function send(form, content) {
    const waiting = new AbortController();
    const timer = all("input[type=file]", form).some(e => e.value) ? 0 : setTimeout(() => waiting.abort(), PATIENCE);
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: content, signal: waiting.signal });
      const text = await answer.text();
      if (answer.redirected) location.assign(answer.url);
      else turn(text);
    } catch {
      notSent(form, content);
    } finally {
      clearTimeout(timer);
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  }

  function notSent(form, content) {
    all(".unsent", form).forEach(each => each.remove());
    const told = made("div", "error unsent");
    const again = button("", "again", () => {
      if (form.dataset.sent) return;
      form.dataset.sent = "1";
      send(form, content);  // the same nonce: what did arrive is not recorded twice
    });
    told.setAttribute("role", "alert");
    told.append(made("p", "", word("unsent")), again);
    form.append(told);
    again.focus();
  }

  // --- the page that answers, in place of this one -----------------------------------------------------------
  function turn(text) {
    pages.push(text);
    history.pushState({ at: pages.length - 1 }, "");
    show(text);
  }

  function show(text) {
    const next = new DOMParser().parseFromString(text, "text/html");
    document.title = next.title;
    document.documentElement.lang = next.documentElement.lang;
    document.body.replaceWith(document.adoptNode(next.body));
    start();
    scrollTo(0, 0);
    const heading = document.querySelector("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  addEventListener("popstate", event => {
    if (!event.state) return;  // a place on the same page
    pages[event.state.at] !== undefined ? show(pages[event.state.at]) : location.reload();
  });

  // --- a chosen photo ------------------------------------------------------------------------------------------
  function preview(input) {
    all(".preview", input.parentElement).forEach(each => each.remove());
    const file = input.files[0];
    if (!file || !file.type.startsWith("image/")) return;
    const image = made("img", "preview");
    Object.assign(image, { alt: file.name, src: URL.createObjectURL(file) });
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
    input.after(image);
  }

  function start() {
    const person = document.body.dataset.person;
    if (document.body.hasAttribute("data-recorded")) forget();
    else if (person) forget(key => key.startsWith(`${DRAFT}${person} `));
    all("form[data-draft]").forEach(form => {
      fill(form);
      form.addEventListener("input", () => write(form));
    });
    all("nav [aria-current]").forEach(current => { current.closest("nav").scrollLeft = current.offsetLeft - 120; });
    all("input[type=file]").forEach(input => input.addEventListener("change", () => preview(input)));
    listen();
  }

  document.addEventListener("submit", submitted);
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => { if (stream) stream.close(); });
  addEventListener("pageshow", event => { if (event.persisted) { all("form").forEach(f => delete f.dataset.sent); listen(); } });
  if (document.querySelector("form[data-keep]")) {
    pages.push(`<!doctype html>${document.documentElement.outerHTML}`);
    history.replaceState({ at: 0 }, "");
  }
  start();
})();
