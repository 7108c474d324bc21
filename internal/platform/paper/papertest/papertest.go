// Package papertest reads what package paper wrote: tests ask what stands on a sheet.
package papertest

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

var (
	stream = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	shown  = regexp.MustCompile(`(?s)\(((?:[^()\\]|\\.)*)\)\s*Tj`)
	page   = regexp.MustCompile(`/Type /Page\b[^s]`)
)

// Text is the text of a PDF, a line for each piece of text in the order in which it was drawn.
func Text(t testing.TB, pdf []byte) string {
	t.Helper()
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("this is no PDF: %.40q", pdf)
	}
	var out strings.Builder
	for _, m := range stream.FindAllSubmatch(pdf, -1) {
		raw := m[1]
		if z, err := zlib.NewReader(bytes.NewReader(raw)); err == nil {
			if raw, err = io.ReadAll(z); err != nil {
				continue // a font, cut at something that looks like the end of a stream
			}
		}
		if !bytes.Contains(raw, []byte("BT ")) {
			continue
		}
		for _, s := range shown.FindAllSubmatch(raw, -1) {
			out.WriteString(decode(s[1]))
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// Pages is how many pages a PDF has.
func Pages(pdf []byte) int { return len(page.FindAll(pdf, -1)) }

func decode(escaped []byte) string {
	var raw []byte
	for i := 0; i < len(escaped); i++ {
		c := escaped[i]
		if c == '\\' && i+1 < len(escaped) {
			i++
			switch c = escaped[i]; c {
			case 'r':
				c = '\r'
			case 'n':
				c = '\n'
			}
		}
		raw = append(raw, c)
	}
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}
