package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// startAndSize is QUA-06: from starting the program on a database that exists
// to the first ready answer, memory afterwards at rest, size of the binary.
func startAndSize(ctx context.Context, s settings) error {
	size, err := os.Stat(s.program)
	if err != nil {
		return err
	}
	fmt.Printf("QUA-06 binary ratio=%.2f mb=%.1f limit_mb=60\n", float64(size.Size())/60e6, float64(size.Size())/1e6)
	pg, err := freshDatabase(ctx, s.postgres, "bench_qua06")
	if err != nil {
		return err
	}
	for engine, database := range map[string]string{"sqlite": "", "postgres": pg} {
		args := []string{"serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(s.dir, "qua06"), "--database", database}
		var started time.Duration
		var memory float64
		for range 2 { // the first start makes the tables
			if started, memory, err = startOnce(ctx, s.program, args); err != nil {
				return err
			}
		}
		fmt.Printf("QUA-06 %s start ratio=%.2f ms=%d limit_ms=1000\n", engine, started.Seconds(), started.Milliseconds())
		fmt.Printf("QUA-06 %s memory ratio=%.2f mb=%.1f limit_mb=80\n", engine, memory/80, memory)
	}
	return nil
}

var printed = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

func startOnce(ctx context.Context, program string, args []string) (took time.Duration, memory float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	m := printed.FindStringSubmatch(line)
	if m == nil {
		return 0, 0, fmt.Errorf("the program printed %q: %w", line, err)
	}
	resp, err := http.Get("http://" + m[1] + "/readyz")
	if err != nil {
		return 0, 0, err
	}
	_ = resp.Body.Close()
	took = time.Since(start)
	rest := time.NewTimer(3 * time.Second) // let it come to rest
	<-rest.C
	memory, err = resident(cmd.Process.Pid)
	return took, memory, err
}

// resident is the memory that a process holds, in MB.
func resident(pid int) (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(b) {
		if v, ok := strings.CutPrefix(string(line), "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 64)
			return kb / 1000, err
		}
	}
	return 0, fmt.Errorf("no VmRSS")
}
