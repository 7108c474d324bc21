package web

import (
	"html/template"
	"net/http"
)

var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>管家 API · Guanjia API</title><link rel="icon" href="/icon.svg">
<style>
:root { color-scheme: light dark; --ink: #17212a; --ink-2: #46525a; --line: #e1e6e8; --accent: #17627a; --ground: #fff; --sunken: #eceff0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edef; --ink-2: #b4bfc4; --line: #283035; --accent: #6fbad2; --ground: #161b1e; --sunken: #232a2e } }
body { margin: 0 auto; max-width: 1100px; padding: 24px; font: 14px/20px -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: var(--ink); background: var(--ground) }
h1 { font-size: 20px; line-height: 28px } a { color: var(--accent) } p { color: var(--ink-2) }
table { width: 100%; border-collapse: collapse } th, td { padding: 6px 8px; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top } th { color: var(--ink-2); font-weight: 400 }
code { font: 13px/20px ui-monospace, "Cascadia Mono", Consolas, monospace } .m { font-weight: 600 }
</style></head><body><main>
<h1>管家 API · Guanjia API {{.Version}}</h1>
<p>JSON over HTTP under <code>/api/v1</code>. The full description, with every field, is <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<p>完整的字段说明见 <a href="/api/v1/openapi.json">openapi.json</a>。错误按 RFC 9457 返回，<code>code</code> 稳定不变；修改需带 <code>X-CSRF-Token</code> 与 <code>If-Match</code>，新建可带 <code>Idempotency-Key</code>。</p>
<table><thead><tr><th scope="col">方法 Method</th><th scope="col">地址 Address</th><th scope="col">用途 Purpose</th><th scope="col">权限 Permission</th></tr></thead><tbody>
{{range .Routes}}<tr><td class="m">{{.Method}}</td><td><code>{{.Path}}</code></td><td>{{.Summary}}</td><td><code>{{if .Action}}{{.Action}}{{else}}–{{end}}</code></td></tr>
{{end}}</tbody></table></main></body></html>
`))

// Docs is a page that lists the routes; it loads nothing from elsewhere.
func Docs(a *API, version string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		pageHeaders(w.Header())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = docsPage.Execute(w, map[string]any{"Version": version, "Routes": a.Routes()}) // the client is gone if this fails
	})
}
