// A Chinese keyboard writes １２。５ where 12.5 is meant, and a spreadsheet gives ¥1,234.50: in fields for numbers that is
// what was meant, and not a mistake to be told about.

/** The number as it is meant; what is no number stays as it was typed. */
export function plainNumber(typed: string): string {
  const text = typed
    .replace(/[０-９]/g, digit => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[．。]/g, '.')
    .replace(/，/g, ',')
    .replace(/－/g, '-');
  const bare = text.replace(/^[\s¥￥]+|[\s元]+$/g, '');
  return /^-?\d{1,3}(,\d{3})+(\.\d*)?$/.test(bare)
    ? bare.replaceAll(',', '')
    : /^-?\d*\.?\d*$/.test(bare)
      ? bare
      : text;
}

const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;

function correct(event: Event): void {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || (event as InputEvent).isComposing) return;
  if (field.inputMode !== 'decimal' && field.inputMode !== 'numeric') return;
  const plain = plainNumber(field.value);
  if (plain === field.value) return;
  const fromEnd = field.value.length - (field.selectionEnd ?? field.value.length);
  set?.call(field, plain); // not field.value: React would take it for its own and tell nobody
  const at = Math.max(0, plain.length - fromEnd);
  field.setSelectionRange(at, at);
  // The end of a composition comes after its last input, of which its form has heard already.
  if (event.type === 'compositionend') field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Before any field hears of what was typed. */
export function watchFigures(): void {
  document.addEventListener('input', correct, true);
  document.addEventListener('compositionend', correct, true);
}
