/** The token of this tab: taken from the address, kept for the tab alone, and no longer shown. */

const KEY = "grounds-token";

/** Moves the token out of the address bar, where it would be photographed, copied and kept in the history. */
export function takeToken() {
  const address = new URL(location.href);
  const given = address.searchParams.get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    address.searchParams.delete("token");
    history.replaceState(null, "", address);
  }
  return keptToken();
}

/** @returns {string} */
export function keptToken() {
  return sessionStorage.getItem(KEY) ?? "";
}

export function forgetToken() {
  sessionStorage.removeItem(KEY);
}
