package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"guanjia/internal/customer"
	"guanjia/internal/platform/sheet"
)

const (
	importRows  = 100_000
	importLimit = 60 * time.Second
	ticketEvery = 100 * time.Millisecond // opened whether or not the last has been answered
)

// ticketLimit is what 99 of 100 new tickets may take while an import runs.
var ticketLimit = map[string]time.Duration{"sqlite": 500 * time.Millisecond, "postgres": 250 * time.Millisecond}

// importHomes is CUS-07: a table of 100,000 rooms with owners, six in ten of
// them with a mobile, comes in through the API of the real program, from the
// upload to the last row, while tickets are opened at a steady rate. Then the
// same file again, and the file with seven bad rows.
func importHomes(ctx context.Context, s settings) error {
	if err := exportMillion(); err != nil {
		return err
	}
	good, err := homesFile(s.dir, importRows, 0)
	if err != nil {
		return err
	}
	bad, err := homesFile(s.dir, importRows, 7)
	if err != nil {
		return err
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		if err := importOn(ctx, s, engine, good, bad); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

// exportMillion writes a spreadsheet of a million rows, as every list is
// exported, and prints the most memory this process has held until then.
func exportMillion() error {
	const rows = 1_000_000
	start := time.Now()
	if err := sheet.Write(io.Discard, sheet.Sheet{Name: "房屋", Columns: customer.HomesTemplate().Headings(), Mark: "bench", Rows: func(yield func([]any, error) bool) {
		for i := range int64(rows) {
			surname, name := who(i)
			if !yield([]any{strconv.FormatInt(i/200+1, 10), "1", strconv.FormatInt(i, 10), "住宅", 3, sheet.Decimal("108.62"), nil, "自住", "2026-01-05", surname + name, number(i), "业主", nil}, nil) {
				return
			}
		}
	}}); err != nil {
		return err
	}
	most, err := peak(os.Getpid())
	fmt.Printf("CUS-07 export rows=%d s=%.1f peak_rss_mb=%.0f\n", rows, time.Since(start).Seconds(), most)
	return err
}

// homesFile writes the table; bad rows have an area with a comma.
func homesFile(dir string, rows, bad int) (string, error) {
	path := filepath.Join(dir, fmt.Sprintf("homes-%d.xlsx", bad))
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	err = sheet.Write(f, sheet.Sheet{Name: "房屋与业主", Columns: customer.HomesTemplate().Headings(), Rows: func(yield func([]any, error) bool) {
		for i := range rows {
			surname, name := who(int64(i))
			mobile := any(nil)
			if i%5 < 3 {
				mobile = number(int64(i))
			}
			area := any(sheet.Decimal(fmt.Sprintf("%d.%02d", 60+i%90, i%100)))
			if bad > 0 && i%(rows/bad) == 5 {
				area = "12,5"
			}
			if !yield([]any{strconv.Itoa(i/200 + 1), strconv.Itoa(i/100%2 + 1), fmt.Sprintf("%d%02d", i/4%25+1, i%4+1), "住宅", i/4%25 + 1, area, nil, "自住", "2026-01-05", surname + name, mobile, "业主", nil}, nil) {
				return
			}
		}
	}})
	return path, errors.Join(err, f.Close())
}

// served is the program as it runs for people, and somebody signed in.
type served struct {
	cmd          *exec.Cmd
	url          string
	client       *http.Client
	cookie, csrf string
	community    string
}

var setupCode = regexp.MustCompile(`code (\S+)`)

func serve(ctx context.Context, s settings, engine, database string) (*served, error) {
	cmd := exec.CommandContext(ctx, s.program, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(s.dir, "cus07-"+engine), "--database", database)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &served{cmd: cmd, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 2 * time.Minute}}
	lines := bufio.NewScanner(out)
	code := ""
	for code == "" && lines.Scan() {
		if m := printed.FindStringSubmatch(lines.Text()); m != nil {
			p.url = "http://" + m[1] + "/api/v1"
		}
		if m := setupCode.FindStringSubmatch(lines.Text()); m != nil {
			code = m[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	var v struct {
		CSRF        string `json:"csrf"`
		Communities []struct{ ID string }
	}
	head, err := p.do("POST", "/setup", map[string]any{"code": code, "company": "测", "community": map[string]any{"name": "测"}, "admin": map[string]any{"name": "测", "username": "bench", "password": rand.Text()}}, &v)
	if err != nil || len(v.Communities) == 0 {
		p.stop()
		return nil, fmt.Errorf("set-up: %w", err)
	}
	p.cookie, p.csrf, p.community = head.Get("Set-Cookie"), v.CSRF, v.Communities[0].ID
	return p, nil
}

func (p *served) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
}

func (p *served) do(method, path string, body, into any) (http.Header, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return p.send(method, path, "application/json", bytes.NewReader(raw), into)
}

func (p *served) send(method, path, kind string, body io.Reader, into any) (http.Header, error) {
	req, err := http.NewRequest(method, p.url+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Idempotency-Key", rand.Text())
	if p.cookie != "" {
		req.Header.Set("Cookie", p.cookie)
		req.Header.Set("X-CSRF-Token", p.csrf)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(text, into)
	}
	return resp.Header, err
}

// imported is what the program says of an import.
type imported struct {
	ID         string
	State      string
	Reason     string
	ErrorCount int
	Unchanged  int
	NewRooms   int
	Outcomes   []struct {
		Mode string
		Bad  int
	}
}

// check uploads a table and waits until it is checked.
func (p *served) check(path string) (i imported, err error) {
	f, err := os.Open(path)
	if err != nil {
		return i, err
	}
	defer func() { _ = f.Close() }()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", filepath.Base(path))
	if err != nil {
		return i, err
	}
	if _, err := io.Copy(part, f); err != nil {
		return i, err
	}
	if err := form.Close(); err != nil {
		return i, err
	}
	if _, err := p.send("POST", "/imports?community="+p.community, form.FormDataContentType(), &b, &i); err != nil {
		return i, err
	}
	return p.wait(i.ID, "checking")
}

// wait looks every tenth of a second whether an import is still in a state.
func (p *served) wait(id, state string) (i imported, err error) {
	for i.State = state; i.State == state && err == nil; {
		t := time.NewTimer(100 * time.Millisecond)
		<-t.C
		_, err = p.do("GET", "/imports/"+id, nil, &i)
	}
	return i, err
}

func importOn(ctx context.Context, s settings, engine, good, bad string) (err error) {
	database := ""
	if engine == "postgres" {
		if database, err = freshDatabase(ctx, s.postgres, "bench_cus07"); err != nil {
			return err
		}
	}
	p, err := serve(ctx, s, engine, database)
	if err != nil {
		return err
	}
	defer p.stop()
	load := p.openSteadily()
	start := time.Now()
	i, err := p.check(good)
	if err != nil {
		return err
	}
	checked := time.Since(start)
	if _, err := p.do("POST", "/imports/"+i.ID+"/apply", map[string]any{"mode": "new"}, nil); err != nil {
		return err
	}
	if i, err = p.wait(i.ID, "applying"); err != nil {
		return err
	}
	took := time.Since(start)
	calm, most := load()
	if i.State != "applied" || i.NewRooms != importRows {
		return fmt.Errorf("the import ended as %+v", i)
	}
	slices.Sort(calm)
	p99 := calm[len(calm)*99/100]
	fmt.Printf("CUS-07 %s ratio=%.2f s=%.1f limit_s=%.0f check_s=%.1f tickets=%d ticket_p99_ms=%d limit_ms=%d ticket_max_ms=%d rss_mb=%.0f limit_mb=300\n", engine, took.Seconds()/importLimit.Seconds(), took.Seconds(), importLimit.Seconds(), checked.Seconds(),
		len(calm), p99.Milliseconds(), ticketLimit[engine].Milliseconds(), calm[len(calm)-1].Milliseconds(), most)
	start = time.Now()
	again, err := p.check(good)
	if err != nil {
		return err
	}
	fmt.Printf("CUS-07 %s again changed=%d s=%.1f\n", engine, importRows-again.Unchanged, time.Since(start).Seconds())
	wrong, err := p.check(bad)
	if err != nil {
		return err
	}
	imported := 0
	if wrong.State != "rejected" {
		imported = wrong.NewRooms
	}
	fmt.Printf("CUS-07 %s bad=%d imported=%d\n", engine, wrong.ErrorCount, imported)
	most, err = peak(p.cmd.Process.Pid)
	fmt.Printf("CUS-07 %s peak_rss_mb=%.0f\n", engine, most)
	return err
}

// openSteadily opens a ticket every so often, whether or not the last has been
// answered, so that every stall counts. What it returns ends it and gives how
// long each took, and the most memory the program held meanwhile.
func (p *served) openSteadily() func() ([]time.Duration, float64) {
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	most := 0.0
	end := make(chan struct{})
	body := map[string]any{
		"community": p.community, "contactName": "李女士", "contactMobile": "13800135678", "category": "facilities.water", "grade": "B",
		"title": "大堂漏水", "description": "地上一滩水", "channel": "phone", "place": "大堂",
	}
	wg.Go(func() {
		tick := time.NewTicker(ticketEvery)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case due := <-tick.C:
				if mb, err := resident(p.cmd.Process.Pid); err == nil {
					most = max(most, mb)
				}
				wg.Go(func() {
					if _, err := p.do("POST", "/tickets", body, nil); err != nil {
						fmt.Fprintln(os.Stderr, "CUS-07: a ticket was not opened:", err)
					}
					mu.Lock()
					took = append(took, time.Since(due))
					mu.Unlock()
				})
			}
		}
	})
	return func() ([]time.Duration, float64) {
		close(end)
		wg.Wait()
		return took, most
	}
}

// peak is the most memory that a process has held, in MB.
func peak(pid int) (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 64)
			return kb / 1000, err
		}
	}
	return 0, fmt.Errorf("no VmHWM")
}
