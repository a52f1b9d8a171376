// Before anything is painted: the theme this device chose, if it is not the system's. A classic script, for modules come too late.
try {
  const chosen = localStorage.getItem('slotgate.theme');
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset.theme = chosen;
  }
} catch {
  // Without storage the system's theme it is.
}
