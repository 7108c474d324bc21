package app

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A node whose data folder is a small disk of its own: a tmpfs that only this
// process sees, filled and freed on the test's word.
const diskEnv = "GUANJIA_TEST_DISK"

const diskSize = 24 << 20

// nodeMain is the program of a test's node.
func nodeMain() int {
	from := os.Getenv(diskEnv)
	if from == "" {
		return Main(os.Args, os.Stdout, os.Stderr)
	}
	disk := filepath.Join(from, "disk")
	if err := errors.Join(os.MkdirAll(disk, 0o750), syscall.Mount("tmpfs", disk, "tmpfs", 0, fmt.Sprintf("size=%d", diskSize)), copyFiles(from, disk)); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "a small disk cannot be made here:", err)
		return 1
	}
	go obey(disk)
	code := Main(os.Args, os.Stdout, os.Stderr)
	if err := copyFiles(disk, from); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// obey fills the disk to the last byte, or frees it.
func obey(disk string) {
	ballast := filepath.Join(disk, "ballast")
	for words := bufio.NewScanner(os.Stdin); words.Scan(); {
		switch words.Text() {
		case "fill":
			f, _ := os.Create(ballast)
			for _, chunk := range []int{1 << 20, 4096, 1} {
				for {
					if _, err := f.Write(make([]byte, chunk)); err != nil {
						break // no room for so much: try less
					}
				}
			}
			_ = f.Close()
		case "free":
			_ = os.Remove(ballast)
		}
		_, _ = fmt.Fprintln(os.Stdout, "did "+words.Text())
	}
}

// copyFiles copies the plain files of a folder.
func copyFiles(from, to string) error {
	list, err := os.ReadDir(from)
	for _, f := range list {
		if !f.Type().IsRegular() || f.Name() == "ballast" {
			continue
		}
		raw, e := os.ReadFile(filepath.Join(from, f.Name()))
		err = errors.Join(err, e, os.WriteFile(filepath.Join(to, f.Name()), raw, 0o600))
	}
	return err
}

// QUA-12: a full disk is said honestly, reading goes on, and when there is
// space again so does writing, without a restart and without a loss.
func TestADiskThatFillsUp(t *testing.T) {
	t.Parallel()
	c := Config{DataDir: t.TempDir()}
	c.Now = func() time.Time { return time.Now().Add(-time.Hour) } // so that the session's last use is to be noted
	admin, here := prepared(t, c)
	c.Now = nil
	l := newLoad(t, admin, here, 1)
	n := startNode(t, func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, diskEnv+"="+c.DataDir)
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
		if id := os.Getuid(); id != 0 {
			cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: id, Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
		}
	}, "--data", filepath.Join(c.DataDir, "disk"))
	l.nodes[0].Store(n)
	readable := func() {
		for _, path := range []string{"/livez", "/api/v1/tickets?community=" + here, "/api/v1/session"} {
			if got := l.get(n.at, path); got != 200 {
				t.Errorf("reading %s while the disk is full: %d", path, got)
			}
		}
	}
	n.tell(t, "fill")
	readable()
	n.tell(t, "free")
	stop := l.press(4)
	for range 3 {
		l.await(20)
		n.tell(t, "fill")
		l.awaitLater(20)
		readable()
		n.tell(t, "free")
		l.await(20)
	}
	stop()
	l.settle()
	n.stop(t)
	if l.later["disk_full"] == 0 || len(l.later) > 2 {
		t.Errorf("it was not said that the disk is full: %v", l.later)
	}
	l.accounted(c)
}
