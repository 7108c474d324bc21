package matter

import (
	"strings"
	"unicode/utf8"
)

// titleLength is how much of what a resident writes becomes the title.
const titleLength = 40

// split makes a title of the beginning of what somebody wrote: its first
// sentence if that is short, else its first characters; nothing is lost.
func split(words string) (title, rest string) {
	words = strings.TrimSpace(words)
	end := strings.IndexAny(words, "\n。！？!?")
	first := words
	if end >= 0 {
		first = strings.TrimSpace(words[:end])
	}
	if utf8.RuneCountInString(first) > titleLength {
		first = string([]rune(first)[:titleLength-1]) + "…"
	}
	if first == words {
		return first, ""
	}
	return first, words
}
