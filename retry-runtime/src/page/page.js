"use strict";
(() => {
  const live = document.getElementById("live");
  let latest = 0;
  let answered = new Date();

  const say = (words, isDown) => {
    if (live.textContent !== words) live.textContent = words;
    live.classList.toggle("down", isDown);
  };

  // What is below the header is the server's; focus and scroll are the reader's.
  const show = (fresh) => {
    const [x, y, focused] = [scrollX, scrollY, document.activeElement?.id];
    const rows = fresh.getElementById("retries");
    if (!rows) throw new Error("another page, as where to log in");
    document.getElementById("retries").replaceWith(rows);
    document.title = fresh.title;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    scrollTo(x, y);
  };

  const refresh = async () => {
    const mine = ++latest;
    try {
      const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      if (!answer.ok) throw new Error(answer.statusText);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== latest) return; // a later click was faster
      show(fresh);
      answered = new Date();
      say("live", false);
    } catch {
      if (mine === latest) say(`no answer since ${answered.toLocaleTimeString()}, trying again`, true);
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("thead a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    history.replaceState(null, "", link.href);
    refresh();
  });

  // Text that somebody is about to copy stays, and nobody is asked for a page that is not seen.
  const again = async () => {
    const isHeld = !getSelection().isCollapsed;
    if (isHeld) say("held while text is selected", false);
    else if (!document.hidden) await refresh();
    setTimeout(again, 2000);
  };
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  say("live", false);
  setTimeout(again, 2000);
})();
