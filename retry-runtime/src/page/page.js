"use strict";
(() => {
  const live = document.getElementById("live");
  let latest = 0;
  let responded = new Date();

  const setStatus = (text, isDown) => {
    if (live.textContent !== text) live.textContent = text;
    live.classList.toggle("down", isDown);
  };

  // Replaces everything below the header; keeps focus and scroll position.
  const replace = (page) => {
    const [x, y, focused] = [scrollX, scrollY, document.activeElement?.id];
    const rows = page.getElementById("retries");
    if (!rows) throw new Error("not the page, but a login page for example");
    document.getElementById("retries").replaceWith(rows);
    document.title = page.title;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    scrollTo(x, y);
  };

  const refresh = async () => {
    const mine = ++latest;
    try {
      const response = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      if (!response.ok) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (mine !== latest) return; // a later request was faster
      replace(page);
      responded = new Date();
      setStatus("live", false);
    } catch {
      if (mine === latest) setStatus(`no response since ${responded.toLocaleTimeString()}, retrying`, true);
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("thead a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    history.replaceState(null, "", link.href);
    refresh();
  });

  // Refreshes neither while text is selected, to be copied, nor while the page is hidden.
  const loop = async () => {
    const isSelecting = !getSelection().isCollapsed;
    if (isSelecting) setStatus("paused while text is selected", false);
    else if (!document.hidden) await refresh();
    setTimeout(loop, 2000);
  };
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  setStatus("live", false);
  setTimeout(loop, 2000);
})();
