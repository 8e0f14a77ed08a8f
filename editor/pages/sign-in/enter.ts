/**
 * Goes to the dashboard as whoever has just signed in. The page is loaded anew, so that nothing is left of what was asked
 * before, or of the link that led here.
 */
export function enter(): void {
  location.replace('/');
}
