// Puts a chat button on the page that loads this script; the chat opens in a frame of its own, so the two share nothing.
// <script src="https://HOST/palate.js" data-label="Ask us" data-colour="#8a2846" defer></script>
(() => {
  const script = document.currentScript;
  if (!script || document.getElementById("palate-open")) return;
  const chinese = (document.documentElement.lang || navigator.language || "").toLowerCase().startsWith("zh");
  const words = chinese
    ? { open: "问问推荐", close: "关闭", chat: "推荐对话", dead: "对话服务暂时没有响应，请稍后再试。", again: "重试" }
    : {
        open: "Ask for a tip", close: "Close", chat: "Recommendations",
        dead: "The chat does not answer at the moment. Please try again later.", again: "Try again",
      };
  const home = new URL("/", script.src);
  const colour = script.dataset.colour || "#8a2846";
  const label = script.dataset.label || words.open;
  const PATIENCE = 20000; // milliseconds in which the chat has to say that it is there
  const AFTER = 1500; // the same, once the frame has loaded whatever it could
  const make = (name, properties, style) => {
    const made = Object.assign(document.createElement(name), properties);
    Object.assign(made.style, style);
    return made;
  };
  const button = make("button", { id: "palate-open", type: "button", textContent: label }, {
    position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483001", padding: "12px 18px", border: "0",
    borderRadius: "24px", background: colour, color: "#fff", font: "600 15px/1.2 system-ui, sans-serif",
    cursor: "pointer", boxShadow: "0 4px 16px rgba(0, 0, 0, .25)",
  });
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "palate-chat");
  const box = make("div", { id: "palate-chat", hidden: true }, {
    position: "fixed", right: "8px", bottom: "68px", zIndex: "2147483000", overflow: "hidden", borderRadius: "14px",
    width: "min(480px, calc(100vw - 16px))", height: "min(760px, calc(100vh - 76px))", background: "#faf7f2",
    boxShadow: "0 8px 40px rgba(0, 0, 0, .3)",
  });
  const frame = make("iframe", { title: words.chat }, { border: "0", width: "100%", height: "100%", display: "block" });
  const dead = make("div", { hidden: true }, {
    position: "absolute", inset: "0", padding: "32px", boxSizing: "border-box", textAlign: "center", color: "#221d19",
    background: "#faf7f2", font: "16px/1.5 system-ui, sans-serif",
  });
  const said = make("p", { textContent: words.dead }, { margin: "25% 0 20px", color: "inherit", font: "inherit" });
  said.setAttribute("role", "alert");
  const again = make("button", { type: "button", textContent: words.again }, {
    padding: "10px 20px", border: "0", borderRadius: "20px", background: colour, color: "#fff",
    font: "600 15px/1.2 system-ui, sans-serif", cursor: "pointer",
  });
  dead.append(said, again);
  box.append(frame, dead);

  let alive = false;
  let waiting = 0;
  const tell = (what) => frame.contentWindow.postMessage({ palate: what }, home.origin);
  const give = () => {
    frame.focus();
    tell("focus"); // browsers let no frame take the focus by itself
  };
  const expect = (milliseconds) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (alive) return;
      dead.hidden = false;
      if (!box.hidden) again.focus();
      console.warn(`palate: no chat at ${home.origin}. Does it run, and is ${location.origin} in its cors_origins?`);
    }, milliseconds);
  };
  const load = () => {
    alive = false;
    dead.hidden = true;
    expect(PATIENCE);
    frame.src = home.href;
  };
  const show = (open) => {
    box.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? words.close : label;
    if (!open) button.focus();
    else if (!alive) load();
    else give();
  };
  frame.addEventListener("load", () => frame.src && !alive && expect(AFTER));
  again.addEventListener("click", load);
  button.addEventListener("click", () => show(box.hidden));
  document.addEventListener("keydown", (event) => event.key === "Escape" && !box.hidden && show(false));
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== home.origin || !event.data) return;
    if (event.data.palate === "here") {
      alive = true;
      dead.hidden = true;
      clearTimeout(waiting);
      if (!box.hidden) give();
    } else if (event.data.palate === "close" && !box.hidden) {
      show(false);
    }
  });
  document.body.append(box, button);
})();
