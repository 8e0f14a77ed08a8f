// Sets a remembered theme before the first paint. A file of its own, since a strict CSP forbids inline scripts.
try {
  const theme = localStorage.getItem('syncflow.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden. Then the system's theme stays.
}
