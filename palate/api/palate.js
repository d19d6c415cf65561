// Puts a chat button on the page that loads this script; the chat opens in a frame of its own, so the two share nothing.
// <script src="https://HOST/palate.js" data-label="Ask us" data-colour="#8a2846" defer></script>
(() => {
  const script = document.currentScript;
  if (!script || document.getElementById("palate-open")) return;
  const chinese = (document.documentElement.lang || navigator.language || "").toLowerCase().startsWith("zh");
  const words = chinese ? { open: "问问推荐", close: "关闭", chat: "推荐对话" } : { open: "Ask for a tip", close: "Close", chat: "Recommendations" };
  const colour = script.dataset.colour || "#8a2846";
  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  button.id = "palate-open";
  button.type = "button";
  button.textContent = script.dataset.label || words.open;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "palate-chat");
  Object.assign(button.style, {
    position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", padding: "12px 18px", border: "0",
    borderRadius: "24px", background: colour, color: "#fff", font: "600 15px system-ui, sans-serif", cursor: "pointer",
    boxShadow: "0 4px 16px rgba(0, 0, 0, .25)",
  });
  frame.id = "palate-chat";
  frame.title = words.chat;
  frame.hidden = true;
  Object.assign(frame.style, {
    position: "fixed", right: "16px", bottom: "76px", zIndex: "2147483000", border: "0", borderRadius: "12px",
    width: "min(480px, calc(100vw - 32px))", height: "min(720px, calc(100vh - 108px))", background: "#fff",
    boxShadow: "0 8px 40px rgba(0, 0, 0, .3)",
  });
  const show = (open) => {
    if (open && !frame.src) frame.src = new URL("/", script.src).href;
    frame.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? words.close : script.dataset.label || words.open;
    (open ? frame : button).focus();
  };
  button.addEventListener("click", () => show(frame.hidden));
  document.addEventListener("keydown", (event) => event.key === "Escape" && !frame.hidden && show(false));
  document.body.append(frame, button);
})();
