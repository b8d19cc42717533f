"""The style and the one small script of the sandbox's page."""

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881;
  --accent: #2f7d5b; --warn: #a8641a; }
@media (prefers-color-scheme: dark) { :root { --accent: #6cc49a; --warn: #e0a458; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 24px; max-width: 1120px; }
h1 { font-size: 20px; margin: 0 0 8px; } h2 { font-size: 17px; margin: 32px 0 8px; }
h3 { font-size: 13px; margin: 24px 0 8px; text-transform: uppercase;
  letter-spacing: .06em; opacity: .7; }
code { font: 13px/1.5 ui-monospace, monospace; background: var(--soft); padding: 1px 4px;
  border-radius: 3px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 16px 4px 0; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; opacity: .7; } td.number { text-align: right; white-space: nowrap; }
td.words { overflow-wrap: anywhere; }
form { display: inline-flex; flex-wrap: wrap; gap: 8px; align-items: flex-end;
  margin: 0 24px 8px 0; vertical-align: bottom; }
label { display: inline-flex; flex-direction: column; gap: 4px; font-size: 12px; }
input, select, button { font: 14px/20px system-ui, sans-serif; height: 32px; padding: 4px 8px;
  border: 1px solid #7f8893; border-radius: 4px; background: transparent; color: inherit; }
option { color: CanvasText; background: Canvas; }
button { cursor: pointer; } button:hover { background: var(--soft); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
input.short { width: 88px; }
.running { border-left: 3px solid var(--accent); padding-left: 12px; }
.asks, .wrong { color: var(--warn); }
.quiet { opacity: .7; }
"""

# Renews what the server holds, and leaves the forms alone, so that typing is never lost.
SCRIPT = """
setInterval(async () => {
  try {
    const answer = await fetch("/");
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const twin = fresh.getElementById(part.id);
      if (twin && twin.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(twin));
    }
  } catch { /* the sandbox is away; the next turn tries again */ }
}, 2000);
"""
