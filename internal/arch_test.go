package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors of the house, lowest first: a package imports lower floors only, never
// its own. What would need to look sideways or up goes by event, or by a
// function that app plugs in.
var floors = [][]string{
	{"platform", "migrations"},
	{"org", "auth", "audit", "retention"},
	{"approval"},
	{"imports"},
	{"housing", "staff", "knowledge", "procedure", "ledger", "fee", "plan"},
	{"customer", "setup", "facility", "roster"},
	{"ticket", "attendance", "staffing", "billing", "resident", "parking", "lease", "belonging"},
	{"cashier", "contact", "followup", "notice", "handover", "triage", "quote", "custody", "lookin", "slip", "upkeep"},
	{"complaint", "incident", "arrears", "hotline", "survey", "renovation", "patrol", "contractor", "supply", "homeservice", "contract", "guest", "activity", "appraisal", "training", "reminder", "matter", "payonline", "refund", "statement", "delivery", "invoice", "debit", "publicity", "extract", "daily"},
	{"desk", "message", "paidwork", "temporary", "report", "improvement", "collection"},
	{"demo", "simulate"},
	{"app"},
}

// Who besides platform/web may know of the HTTP packages, and why.
var mayImport = map[string]map[string]string{
	"net/http": {
		"auth": "the session's cookie", "app": "mounts and serves the handler", "platform/webpush": "calls the push services of browsers", "platform/webpush/pushtest": "is one for tests", "platform/webtest": "sends requests as a browser does",
		"platform/wechatpay": "calls the gateway of WeChat Pay", "platform/wechatpay/wechattest": "is one for tests", "platform/alipay": "calls the gateway of Alipay", "platform/alipay/alipaytest": "is one for tests",
	},
	"github.com/danielgtaylor/huma/v2": {
		"platform/id": "the schema of ids", "platform/clock": "the schema of instants and days", "platform/money": "the schema of amounts",
	},
}

const module = "guanjia/internal/"

// source is one Go file of internal/, without tests.
type source struct {
	pkg  string // "platform/db", "ticket"
	path string
	fset *token.FileSet
	file *ast.File
}

func sources(t *testing.T) (out []source) {
	t.Helper()
	walk(t, ".go", func(path string, content []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, content, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, source{filepath.ToSlash(filepath.Dir(path)), path, fset, f})
	})
	if len(out) < 50 {
		t.Fatalf("only %d files were found", len(out))
	}
	return out
}

func walk(t *testing.T, ext string, fn func(path string, content []byte)) {
	t.Helper()
	if err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ext {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil {
			fn(filepath.ToSlash(path), content)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// floorOf is the floor of a package, -1 for one that has none yet.
func floorOf(pkg string) int {
	first, _, _ := strings.Cut(pkg, "/")
	return slices.IndexFunc(floors, func(f []string) bool { return slices.Contains(f, first) })
}

func TestAPackageImportsLowerFloorsOnly(t *testing.T) {
	for _, s := range sources(t) {
		own := floorOf(s.pkg)
		if own < 0 {
			t.Errorf("%s: the package %s stands on no floor; add it to the list above", s.path, s.pkg)
			continue
		}
		for _, imp := range s.file.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			other, ours := strings.CutPrefix(path, module)
			if !ours || inPlatform(s.pkg, other) {
				continue
			}
			if at := floorOf(other); at >= own {
				t.Errorf("%s (floor %d) imports %s (floor %d)", s.path, own+1, other, at+1)
			}
		}
	}
}

// inPlatform: the platform's packages build on each other, and on the schema.
func inPlatform(pkg, other string) bool {
	return strings.HasPrefix(pkg, "platform/") && (strings.HasPrefix(other, "platform/") || other == "migrations")
}

func TestOnlyTheSeamKnowsHTTP(t *testing.T) {
	for _, s := range sources(t) {
		for _, imp := range s.file.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			for banned, allowed := range mayImport {
				if path != banned && !strings.HasPrefix(path, banned+"/") {
					continue
				}
				if s.pkg != "platform/web" && allowed[s.pkg] == "" {
					t.Errorf("%s imports %s", s.path, path)
				}
			}
		}
	}
}

// What the two engines do not share, or what hides a decision (docs/architecture.md).
var banned = map[string]*regexp.Regexp{
	"ILIKE":                     regexp.MustCompile(`(?i)\bILIKE\b`),
	"= ANY":                     regexp.MustCompile(`(?i)=\s*ANY\s*\(`),
	"a cast with ::":            regexp.MustCompile(`(?i)[\w)'"]::[a-z]+`),
	"the database's clock":      regexp.MustCompile(`(?i)\b(now\(\)|CURRENT_(TIMESTAMP|DATE|TIME)\b|strftime\(|datetime\(|julianday\(|date_trunc\(|extract\(|INTERVAL\s+')`),
	"FOR UPDATE, SKIP LOCKED":   regexp.MustCompile(`(?i)\b(FOR\s+UPDATE|SKIP\s+LOCKED)\b`),
	"greatest() or least()":     regexp.MustCompile(`(?i)\b(greatest|least)\(`),
	"JSON operators":            regexp.MustCompile(`->>|#>|@>|(?i)\bjson(b)?_(extract|each|array_elements)\w*\(`),
	"a boolean compared with 1": regexp.MustCompile(`(?i)\b(is_\w+|on_duty|disabled|must_change|solved|sealed|public)\s*=\s*[01]\b`),
	"rounding in SQL":           regexp.MustCompile(`(?i)\b(round|avg)\(`),
	"LIKE on case":              regexp.MustCompile(`(?i)\b[a-z_.]+\s+LIKE\s+(\$|')`),
	"random order or id":        regexp.MustCompile(`(?i)\b(random|gen_random_uuid)\(\)`),
}

// The honest exceptions: file and rule, with the reason.
var allowedSQL = map[string]map[string]string{}

var isSQL = regexp.MustCompile(`(?s)\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|WHERE|ORDER BY|FROM|JOIN|AND|OR)\b`)

func TestBannedSQL(t *testing.T) {
	found := 0
	look := func(path, text string) {
		found++
		for rule, re := range banned {
			if hit := re.FindString(text); hit != "" && allowedSQL[path][rule] == "" {
				t.Errorf("%s: %s: %q in %.120q", path, rule, hit, text)
			}
		}
	}
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && isSQL.MatchString(text) {
					look(s.path, text)
				}
			}
			return true
		})
	}
	walk(t, ".sql", func(path string, content []byte) { look(path, string(content)) })
	if found < 100 {
		t.Fatalf("only %d statements were looked at", found)
	}
}

// Every way around the scope or the trail says why, in words.
func TestExceptionsSayWhy(t *testing.T) {
	constants := map[string]string{} // pkg.name of every string constant
	all := sources(t)
	for _, s := range all {
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v, ok := spec.(*ast.ValueSpec)
				for i := 0; ok && i < len(v.Values); i++ {
					constants[s.pkg+"."+v.Names[i].Name] = literal(v.Values[i])
				}
			}
		}
	}
	found := 0
	for _, s := range all {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || (sel.Sel.Name != "Global" && sel.Sel.Name != "Silent") || len(call.Args) != 1 {
				return true
			}
			found++
			why := literal(call.Args[0])
			if name, ok := call.Args[0].(*ast.Ident); ok {
				why = constants[s.pkg+"."+name.Name]
			}
			if len(strings.Fields(why)) < 2 {
				t.Errorf("%s: %s(%q) does not say why", s.fset.Position(call.Pos()), sel.Sel.Name, why)
			}
			return true
		})
	}
	if found < 40 {
		t.Fatalf("only %d exceptions were found", found)
	}
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, _ := strconv.Unquote(lit.Value)
	return text
}

// A file stays under about 400 lines; tests that are tables may be longer.
func TestFilesStaySmall(t *testing.T) {
	walk(t, ".go", func(path string, content []byte) {
		if n := strings.Count(string(content), "\n"); n > 420 && !strings.HasSuffix(path, "_test.go") {
			t.Errorf("%s has %d lines", path, n)
		}
	})
}
