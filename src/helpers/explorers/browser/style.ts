/**
 * The explorer's style inside its shadow root. Colours come from JupyterLab's theme, otherwise from VS Code's,
 * otherwise from the reader's preference for light or dark.
 */
export const STYLE = `
:host {
  display: block;
  --ink: #1a1a1a; --soft: #5f6670; --paper: #ffffff; --line: #8a8f98; --alarm: #b3261e; --mark: #d95f02;
}
@media (prefers-color-scheme: dark) {
  :host { --ink: #e8e8e8; --soft: #a8adb5; --paper: #1c1c1c; --line: #7d838c; --alarm: #ff8a80; --mark: #ff9d4d; }
}
.explorer {
  color: var(--jp-content-font-color1, var(--vscode-editor-foreground, var(--ink)));
  background: var(--jp-layout-color0, var(--vscode-editor-background, var(--paper)));
  --edge: var(--jp-border-color0, var(--line));
  font: 13px/1.4 "DejaVu Sans", Verdana, sans-serif; padding: 8px; max-width: 820px;
}
.controls { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: flex-end; margin-bottom: 10px; }
label { display: flex; flex-direction: column; gap: 2px; font-size: 12px; }
select, input, button, textarea {
  font: inherit; color: inherit; background: var(--jp-layout-color1, var(--vscode-input-background, transparent));
  border: 1px solid var(--edge); border-radius: 3px; padding: 3px 6px; box-sizing: border-box;
}
option { color: #1a1a1a; background: #ffffff; }
input[type="number"] { width: 4.6em; }
button { cursor: pointer; min-width: 4.6em; }
fieldset { border: 0; margin: 0; padding: 0; }
legend { font-size: 12px; padding: 0 0 2px; }
.kernel { display: grid; gap: 3px; }
.kernel input { width: 3.9em; }
textarea { width: 100%; max-width: 480px; font-family: "DejaVu Sans Mono", monospace; }
details { margin-top: 8px; }
summary { cursor: pointer; }
:is(select, input, button, textarea, summary, .stage):focus-visible {
  outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 1px;
}
[aria-invalid="true"] { border-color: var(--jp-error-color1, var(--alarm)); border-width: 2px; }
.stage { overflow-x: auto; padding: 2px; touch-action: manipulation; }
.stage.impossible { opacity: 0.3; }
.stage svg { display: block; }
.reason { color: var(--jp-error-color1, var(--alarm)); font-weight: bold; margin: 0 0 8px; }
.reason:empty { margin: 0; }
.hint { color: var(--jp-content-font-color2, var(--soft)); font-size: 12px; margin: 6px 0 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.label { fill: currentColor; }
.muted { fill: var(--jp-content-font-color2, var(--soft)); }
.padding { fill: none; stroke: var(--edge); stroke-dasharray: 2 2; stroke-width: 0.75; }
.accent { fill: var(--mark); fill-opacity: 0.14; stroke: var(--mark); stroke-width: 2; }
[data-output] { cursor: crosshair; }
.paintable [data-input] { cursor: cell; }
`;
