package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"guanjia/internal/auth"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/web"
)

// Settings are shared by all commands; each has a flag and an environment name.
type Settings struct {
	Data     string   `help:"Folder of the SQLite database and of uploaded files." default:"./data" env:"GUANJIA_DATA"`
	Database string   `help:"postgres://… ; without it SQLite in the data folder." env:"GUANJIA_DATABASE"`
	Keys     string   `help:"File of the keys that personal data are sealed with, the same on every node; without it keys.json in the data folder." env:"GUANJIA_KEYS"`
	Listen   string   `help:"Address of the HTTP server." default:"127.0.0.1:8080" env:"GUANJIA_LISTEN"`
	Proxies  []string `help:"Networks of reverse proxies that may say for whom they speak." default:"127.0.0.0/8,::1/128" env:"GUANJIA_PROXIES"`
	Metrics  []string `help:"Networks that may read /metrics." default:"127.0.0.0/8,::1/128" env:"GUANJIA_METRICS"`
	Rate     int      `help:"Requests a second that one address may make; 0: no bound." default:"100" env:"GUANJIA_RATE"`
	SSO      `embed:""`
	Debug    bool `help:"Log more." env:"GUANJIA_DEBUG"`
}

// SSO is the provider of single sign-on by OpenID Connect (ACC-06).
type SSO struct {
	URL        string `help:"Where people reach this installation: https://…; codes on bills and receipts lead there, and single sign-on back to it." env:"GUANJIA_URL"`
	Issuer     string `name:"oidc-issuer" help:"Address of the provider of single sign-on; without it there is none." env:"GUANJIA_OIDC_ISSUER"`
	ClientID   string `name:"oidc-client-id" help:"Who we are to the provider." env:"GUANJIA_OIDC_CLIENT_ID"`
	SecretFile string `name:"oidc-secret-file" help:"File with our secret at the provider." env:"GUANJIA_OIDC_SECRET_FILE"`
	Name       string `name:"oidc-name" help:"Name of the provider, shown on the button." default:"SSO" env:"GUANJIA_OIDC_NAME"`
	TrustMFA   bool   `name:"oidc-mfa-trusted" help:"A second factor that the provider says it saw (amr: mfa) is enough." env:"GUANJIA_OIDC_MFA_TRUSTED"`
	Match      string `name:"oidc-match" help:"Link accounts at their first use: 'username' when the user names are the same; 'none': people link their own." enum:"none,username" default:"none" env:"GUANJIA_OIDC_MATCH"`
}

// provider reads the secret; nil without an issuer.
func (s SSO) provider() (*auth.Provider, error) {
	if s.Issuer == "" {
		return nil, nil
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || s.ClientID == "" || s.SecretFile == "" {
		return nil, errors.New("--oidc-issuer needs --url, --oidc-client-id and --oidc-secret-file")
	}
	secret, err := os.ReadFile(s.SecretFile)
	if err != nil {
		return nil, fmt.Errorf("--oidc-secret-file: %w", err)
	}
	return &auth.Provider{
		Issuer: s.Issuer, ClientID: s.ClientID, Secret: strings.TrimSpace(string(secret)), Name: s.Name, TrustMFA: s.TrustMFA, Match: s.Match == "username",
		Callback: strings.TrimRight(s.URL, "/") + web.Prefix + "/session/oidc/callback",
	}, nil
}

type commands struct {
	Settings
	Serve   struct{} `cmd:"" help:"Run a node: faces, API and background work."`
	Demo    struct{} `cmd:"" help:"The same with an invented community, filled at the first start."`
	Migrate struct{} `cmd:"" help:"Bring the database's tables up to this version."`
	Audit   struct {
		Verify struct{} `cmd:"" help:"Check the chain of the audit trail."`
	} `cmd:"" help:"The audit trail."`
	Ledger struct {
		Verify struct{} `cmd:"" help:"Check every entry of the ledger and its chain."`
	} `cmd:"" help:"The books of all money."`
	Ring struct {
		List   struct{} `cmd:"" help:"List the keys that personal data are sealed with, and how much each seals."`
		Add    struct{} `cmd:"" help:"Add new keys to the key file; copy it to the other nodes before anything else."`
		Rotate struct{} `cmd:"" help:"Seal everything anew with the newest keys, while the system runs. May be broken off and run again."`
		Retire struct{} `cmd:"" help:"Remove keys that nothing is sealed with any more from the file."`
	} `cmd:"" name:"keys" help:"The keys of personal data."`
	User struct {
		List  struct{} `cmd:"" help:"List accounts."`
		Reset struct {
			Username string `arg:"" help:"User name or mobile."`
		} `cmd:"" help:"Give an account a one-time password, take its second factor away and end its sessions."`
	} `cmd:"" help:"Help an administrator who has locked themselves out."`
	Doctor  struct{} `cmd:"" help:"Print every setting with its source and check what they point at."`
	Version struct{} `cmd:"" help:"Print the version."`
}

// command parses args and runs the command named; it returns the exit status.
func command(args []string, out, errOut io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("guanjia"), kong.Description("管家：物业客服与收费。Customer service and fee collection of property management."),
		kong.Writers(out, errOut), kong.Exit(func(code int) { exit = code }), kong.UsageOnError())
	if err != nil {
		_, _ = fmt.Fprintln(errOut, err)
		return 2
	}
	k, err := parser.Parse(args[1:])
	if exit >= 0 {
		return exit // --help
	}
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "guanjia:", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	level := slog.LevelInfo
	if c.Debug {
		level = slog.LevelDebug
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: level})))
	if err := c.run(ctx, k.Command(), out, k); err != nil {
		_, _ = fmt.Fprintln(errOut, "guanjia:", err)
		return 1
	}
	return 0
}

func (c *commands) run(ctx context.Context, name string, out io.Writer, k *kong.Context) error {
	switch name {
	case "version":
		_, err := fmt.Fprintf(out, "guanjia %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	case "serve":
		return c.serve(ctx, out, nil)
	case "demo":
		return c.demo(ctx, out)
	case "doctor":
		return c.doctor(ctx, out, k)
	}
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	switch name {
	case "migrate":
		n, err := a.db.SchemaVersion(ctx)
		if err == nil {
			_, err = fmt.Fprintf(out, "schema version %d on %s\n", n, a.db.Engine)
		}
		return err
	case "audit verify":
		return a.VerifyAudit(ctx, out)
	case "ledger verify":
		return a.VerifyLedger(ctx, out)
	case "keys list":
		return a.listKeys(ctx, out)
	case "keys add":
		return a.addKeys(ctx, out)
	case "keys rotate":
		return a.RotateKeys(ctx, out)
	case "keys retire":
		return a.retireKeys(ctx, out)
	case "user list":
		return a.listUsers(ctx, out)
	case "user reset <username>":
		return a.resetUser(ctx, out, c.User.Reset.Username)
	}
	return fmt.Errorf("unknown command %q", name)
}

func (c *commands) config() (Config, error) {
	conf := Config{DataDir: c.Data, Database: c.Database, Keys: c.Keys, PerSecond: c.Rate, Log: slog.Default()}
	var err error
	if conf.Proxies, err = networks("--proxies", c.Proxies); err != nil {
		return conf, err
	}
	if conf.Metrics, err = networks("--metrics", c.Metrics); err != nil {
		return conf, err
	}
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return conf, fmt.Errorf("--url %q is no address such as https://guanjia.example.com", c.URL)
		}
	}
	conf.Site = c.URL
	conf.SSO, err = c.provider()
	return conf, err
}

func networks(flag string, list []string) (out []netip.Prefix, err error) {
	for _, p := range list {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		out = append(out, prefix)
	}
	return out, nil
}

func (c *commands) open(ctx context.Context) (*App, error) {
	conf, err := c.config()
	if err != nil {
		return nil, err
	}
	return New(ctx, conf)
}

// serve runs a node. more, if given, is printed when it can be reached.
func (c *commands) serve(ctx context.Context, out io.Writer, more func(at net.Addr)) error {
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	needed, err := a.setup.Needed(ctx)
	if err == nil {
		err = a.Serve(ctx, c.Listen, func(at net.Addr) {
			_, _ = fmt.Fprintf(out, "Guanjia %s on http://%s (%s)   phone: http://%s/m\n", version, at, a.db.Engine, at)
			if needed {
				_, _ = fmt.Fprintf(out, "This system is empty. Set it up at http://%s with the code %s\n", at, a.SetupCode())
			}
			if more != nil {
				more(at)
			}
		})
	}
	return errors.Join(err, a.Close())
}

// demo is serve with an invented community, filled in where there is nothing yet.
func (c *commands) demo(ctx context.Context, out io.Writer) error {
	conf, err := c.config()
	if err != nil {
		return err
	}
	signIns, err := FillDemo(ctx, conf)
	if err != nil {
		return err
	}
	where := "--data " + c.Data
	if c.Database != "" {
		where = "--database …" // it may hold a password
	}
	return c.serve(ctx, out, func(at net.Addr) { tellDemo(out, at, signIns, where) })
}

var operator = authz.System("operator", "operator.user", "operator.doctor")

// VerifyAudit checks the chain of the trail and says what it found.
func (a *App) VerifyAudit(ctx context.Context, out io.Writer) error {
	r, err := a.audit.Verify(ctx)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%d entries, %d sealed, %d not yet sealed\n", r.Entries, r.Sealed, r.Unsealed)
	if r.Unsealed > 0 {
		_, _ = fmt.Fprintf(out, "the unsealed tail begins at %s\n", r.OldestUnsealed)
	}
	if r.Broken != nil {
		return fmt.Errorf("the chain is broken at entry %d (%s): %s", r.Broken.Seq, r.Broken.ID, r.Broken.Why)
	}
	_, err = fmt.Fprintln(out, "the chain is whole")
	return err
}

// VerifyLedger checks the books and says what it found (PAY-04).
func (a *App) VerifyLedger(ctx context.Context, out io.Writer) error {
	r, err := a.ledger.Verify(ctx)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%d transactions, %d sealed, %d not yet sealed; %d entries on %d accounts, debits %s, credits %s\n", r.Txns, r.Sealed, r.Unsealed, r.Entries, r.Accounts, r.Turnover, r.Turnover)
	for _, b := range r.Broken {
		_, _ = fmt.Fprintf(out, "broken: %s, transaction %s, place %d, record %s\n", b.Why, b.Txn, b.Seq, b.ID)
	}
	if n := len(r.Broken); n > 0 {
		return fmt.Errorf("the ledger is broken in %d places", n)
	}
	_, err = fmt.Fprintf(out, "the ledger is whole; its head is %s\n", r.Head)
	return err
}

func (a *App) listUsers(ctx context.Context, out io.Writer) error {
	return a.db.Read(ctx, operator, "operator.user", func(tx *db.Tx) error {
		all, err := auth.List(ctx, tx)
		for _, u := range all {
			state := "active"
			if u.Disabled {
				state = "disabled"
			}
			_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", u.AgentNo, u.Username, u.Name, state)
		}
		return err
	})
}

func (a *App) resetUser(ctx context.Context, out io.Writer, name string) error {
	return a.db.Write(ctx, operator, "operator.user", func(tx *db.Tx) error {
		u, err := auth.ByName(ctx, tx, name)
		if err != nil {
			return err
		}
		password, err := auth.ResetPassword(ctx, tx, u.ID)
		if err == nil {
			err = auth.ResetFactor(ctx, tx, u.ID)
		}
		if err == nil {
			_, err = fmt.Fprintf(out, "%s signs in once with %s\n", u.Username, password)
		}
		return err
	})
}
