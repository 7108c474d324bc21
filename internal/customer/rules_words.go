package customer

import (
	"strconv"
	"strings"
)

// firstWords are the words of the template, in its order; the maps also hold others that people use.
var firstWords = strings.Split(typeList+"、"+stateList+"、"+relationList, "、")

// wordOf is how the template writes a value.
func wordOf[T comparable](words map[string]T, v T) string {
	for _, w := range firstWords {
		if x, ok := words[w]; ok && x == v {
			return w
		}
	}
	return ""
}

func floorWord(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// orNone keeps a message whole where there is nothing.
func orNone(s string) string {
	if s == "" || s == "0.00" {
		return "—"
	}
	return s
}
