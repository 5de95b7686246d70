// Marks what is wider than the page, so that the style can say that it scrolls.
(() => {
  "use strict";
  const mark = () => document.querySelectorAll(".scroll").forEach(
    box => box.classList.toggle("overflows", box.scrollWidth > box.clientWidth + 1));
  addEventListener("resize", mark);
  mark();
})();
// Steps through the moments of a page. Without this script every moment is shown.
(() => {
  "use strict";
  const moments = [...document.querySelectorAll(".moment")];
  if (moments.length === 0)
    return;
  const events = [...document.querySelectorAll(".events li")];
  const position = document.querySelector(".position");
  const buttons = Object.fromEntries(
    [...document.querySelectorAll("[data-step]")].map(b => [b.dataset.step, b]));
  // The event at which the page opens.
  const start = Number(document.querySelector(".stepper").dataset.start ?? 1) - 1;
  let current = -1;

  function show(index) {
    index = Math.max(0, Math.min(moments.length - 1, index));
    if (index === current)
      return;
    current = index;
    moments.forEach((m, i) => m.classList.toggle("current", i === index));
    events.forEach((e, i) => {
      e.classList.toggle("current", i === index);
      const link = e.querySelector("a");
      if (i === index)
        link.setAttribute("aria-current", "step");
      else
        link.removeAttribute("aria-current");
    });
    const list = events[index]?.parentElement;
    if (list && list.scrollHeight > list.clientHeight)
      list.scrollTop = events[index].offsetTop - list.clientHeight / 2;
    position.textContent = `event ${index + 1} of ${moments.length}`;
    const atStart = index === 0, atEnd = index === moments.length - 1;
    buttons.first.disabled = buttons.previous.disabled = atStart;
    buttons.last.disabled = buttons.next.disabled = atEnd;
    // No element has this name, so that a page that is opened at an event still begins at its top.
    history.replaceState(null, "", `#event-${index + 1}`);
  }

  const steps = {
    first: () => show(0), previous: () => show(current - 1),
    next: () => show(current + 1), last: () => show(moments.length - 1)
  };
  const keys = { Home: "first", ArrowLeft: "previous", ArrowRight: "next", End: "last" };
  for (const [name, button] of Object.entries(buttons))
    button.addEventListener("click", steps[name]);
  document.addEventListener("keydown", e => {
    if (!(e.key in keys) || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey)
      return;
    e.preventDefault();
    steps[keys[e.key]]();
  });
  document.addEventListener("click", e => {
    const link = e.target.closest("a[href^='#moment-']");
    if (!link)
      return;
    e.preventDefault();
    show(Number(link.hash.slice("#moment-".length)) - 1);
    if (link.closest(".story"))
      document.querySelector(".stepper").scrollIntoView();
  });
  addEventListener("hashchange", fromAddress);

  function fromAddress() {
    const asked = /^#(?:event|moment)-(\d+)$/.exec(location.hash);
    show(asked ? Number(asked[1]) - 1 : current < 0 ? start : current);
  }

  document.documentElement.classList.add("stepping");
  fromAddress();
})();
