// Replaces what changes of a live page by what the silo sends. Without this script a page shows the moment at which it
// was loaded.
(() => {
  "use strict";
  const live = document.getElementById("live");
  const address = live?.dataset.events;
  if (!address)
    return;
  let events = null, isOver = false;

  function show(html) {
    const opened = [...live.querySelectorAll("details")].map(d => d.open);
    const log = live.querySelector(".log");
    const place = log && log.scrollTop + log.clientHeight < log.scrollHeight - 4 ? log.scrollTop : null;
    live.innerHTML = html;
    live.querySelectorAll("details").forEach((d, i) => { d.open = opened[i] ?? false; });
    dispatchEvent(new Event("resize"));
    const now = live.querySelector(".running .log");
    if (now)
      now.scrollTop = place ?? now.scrollHeight;
  }

  function listen() {
    events = new EventSource(address);
    events.onmessage = e => show(e.data);
    events.addEventListener("end", e => {
      isOver = true;
      events.close();
      show(e.data);
    });
  }

  // A page that nobody sees asks for nothing.
  document.addEventListener("visibilitychange", () => {
    if (isOver)
      return;
    events?.close();
    if (!document.hidden)
      listen();
  });
  if (!document.hidden)
    listen();
})();
