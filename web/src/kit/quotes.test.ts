import { describe, expect, it } from 'vitest';
import { sumOf } from './quotes.tsx';

// What the form shows while it is filled is what the server will count (FAR-01, TIC-07).
describe('the sum of a quote', () => {
  const line = (price: string, quantity: string, courtesy = false) => ({ price, quantity, courtesy });
  it('rounds each line to the fen, half up', () => {
    expect(sumOf([line('19.99', '1.5')])).toBe('29.99');
    expect(sumOf([line('19.99', '0.01')])).toBe('0.20');
    expect(sumOf([line('30', '1'), line('45.50', '2')])).toBe('121.00');
  });
  it('leaves out what is a courtesy', () => {
    expect(sumOf([line('30', '1', true), line('45.5', '1')])).toBe('45.50');
  });
  it('says nothing while a number is half typed', () => {
    for (const quantity of ['', '1.', '-1', '1.234', '一'])
      expect(sumOf([line('30', quantity)])).toBeUndefined();
  });
});
