// On a narrow screen wide tables scroll within themselves. Who has no finger and no wheel moves them with the arrow keys:
// for that a table takes the focus, and bears a name, as long as it is wider than its place.
const narrow = matchMedia('(max-width: 760px)');

/** What a table without a name of its own is called: the heading above it, or that of the page. */
function titleOf(table: HTMLTableElement): string | undefined {
  const heads = [...document.querySelectorAll('h1, h2, h3')];
  const above = heads.findLast(h => h.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING);
  return above?.textContent?.trim();
}

const lent = 'data-lent';

function reach(table: HTMLTableElement): void {
  table.tabIndex = 0;
  if (table.ariaLabel || table.caption || table.hasAttribute('aria-labelledby')) return;
  const title = titleOf(table);
  if (!title) return;
  table.setAttribute('aria-label', title);
  table.setAttribute(lent, '');
}

function leave(table: HTMLTableElement): void {
  table.removeAttribute('tabindex');
  if (!table.hasAttribute(lent)) return;
  table.removeAttribute('aria-label');
  table.removeAttribute(lent);
}

function lookAtTables(): void {
  for (const table of document.querySelectorAll('table')) {
    const scrolls = narrow.matches && table.scrollWidth > table.clientWidth;
    if (scrolls && table.tabIndex < 0) reach(table);
    else if (!scrolls && table.tabIndex >= 0) leave(table);
  }
}

let due = false;
function later(): void {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    lookAtTables();
  });
}

const changes = new MutationObserver(later);

function watch(): void {
  if (narrow.matches) {
    changes.observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
      attributeFilter: ['open', 'class', 'hidden'],
    });
    addEventListener('resize', later);
  } else {
    changes.disconnect();
    removeEventListener('resize', later);
  }
  later();
}

narrow.addEventListener('change', watch);
watch();
