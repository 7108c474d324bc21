/** The key of an action, for the eye only: the button's name stays the action. */
export function Kbd({ children }: { children: string | undefined }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a kbd element takes no focus
  return <kbd aria-hidden="true">{children}</kbd>;
}
