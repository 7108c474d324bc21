const sends = 'button[type="submit"], .btn.go, .pbtn.go';

/** The second click of a double click on what sends something is not meant; by then another form may stand there. */
export function watchTwice(): void {
  document.addEventListener(
    'click',
    event => {
      if (event.detail < 2 || !(event.target instanceof Element) || !event.target.closest(sends)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}
