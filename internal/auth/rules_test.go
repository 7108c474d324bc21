package auth

import "testing"

func TestPasswords(t *testing.T) {
	for rule, c := range map[string]struct{ password, username, want string }{
		"ten characters are enough":              {"tulip-4711x", "", ""},
		"Chinese characters count as characters": {"春眠不觉晓处处闻啼鸟", "", ""},
		"nine are too short":                     {"tulip4711", "", "password.short"},
		"a common one is refused":                {"1q2w3e4r5t", "", "password.common"},
		"in capital letters too":                 {"QWERTYUIOP", "", "password.common"},
		"one character over and over is refused": {"aaaaaaaaaaaa", "", "password.common"},
		"a Chinese one too":                      {"春春春春春春春春春春", "", "password.common"},
		"one that contains the name is refused":  {"zhoumin-2026", "zhoumin", "password.common"},
		"a novel is refused":                     {string(make([]byte, 300)), "", "password.long"},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := CheckPassword(c.password, c.username); got != c.want {
				t.Errorf("%q: got %q, want %q", c.password, got, c.want)
			}
		})
	}
}
