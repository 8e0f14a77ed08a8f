/** The looks of the API's page: the colours of the editor, light and dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; font: 0.9375rem/1.5 system-ui, sans-serif; background: light-dark(#f6f6f4, #111213); color: light-dark(#1b1b19, #ecebe7); }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; overflow-wrap: anywhere; }
a { color: light-dark(#2f55d4, #93abff); }
h1 { font-size: 1.625rem; } h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; } h3 { margin: 1.5rem 0 0.25rem; font-size: 1rem; } h4 { margin: 1rem 0 0.25rem; font-size: 0.875rem; }
small, i, summary span, td { color: light-dark(#5a5954, #aeada7); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; padding: 0; list-style: none; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.8125rem; color: light-dark(#1b1b19, #ecebe7); }
details { margin: 0.5rem 0; border: 1px solid light-dark(#e4e3de, #2b2e32); border-radius: 0.5rem; background: light-dark(#ffffff, #191b1d); padding: 0 1rem; }
details[open] { padding-bottom: 1rem; }
summary { cursor: pointer; padding: 0.625rem 0; }
summary b { display: inline-block; min-width: 4rem; font-size: 0.75rem; }
.get { color: light-dark(#17693b, #66ca90); } .delete { color: light-dark(#b0241c, #ff938a); } .post, .put, .patch { color: light-dark(#875000, #e6b255); }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.8125rem; }
th, td { border-bottom: 1px solid light-dark(#e4e3de, #2b2e32); padding: 0.375rem 0.75rem 0.375rem 0; text-align: left; vertical-align: top; }
:focus-visible { outline: 2px solid light-dark(#2f55d4, #93abff); outline-offset: 2px; }
`;
