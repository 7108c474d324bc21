// Package setup turns an empty system into one with a company, a community and
// an administrator (ACC-11).
package setup

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"sync/atomic"

	"guanjia/internal/auth"
	"guanjia/internal/org"
	"guanjia/internal/platform/authz"
	"guanjia/internal/platform/db"
	"guanjia/internal/platform/errs"
	"guanjia/internal/platform/web"
	"guanjia/internal/staff"
)

// Action of the first start.
const Action authz.Action = "setup.start"

// Errors.
var (
	ErrDone = errs.New(errs.Conflict, "setup.done", "this system has been set up")
	ErrCode = errs.New(errs.Invalid, "setup.code", "the code is not the one printed at the start")
)

// Service holds the one use case of this package.
type Service struct {
	DB   *db.DB
	Code string // one-time, printed to the console; "" closes the page
	bad  atomic.Int64
}

// NewCode makes a one-time code.
func NewCode() string {
	t := rand.Text()
	return t[:4] + "-" + t[4:8] + "-" + t[8:12]
}

// Request is what the set-up page asks for.
type Request struct {
	Code      string `json:"code" minLength:"1" maxLength:"40"`
	Company   string `json:"company" maxLength:"100"`
	Community struct {
		Name         string `json:"name" maxLength:"100"`
		Address      string `json:"address,omitempty" maxLength:"100"`
		ServicePhone string `json:"servicePhone,omitempty" maxLength:"100"`
		Zone         string `json:"zone,omitempty" maxLength:"60"`
	} `json:"community"`
	Admin struct {
		Name     string `json:"name" maxLength:"50"`
		Username string `json:"username" maxLength:"40"`
		Mobile   string `json:"mobile,omitempty" maxLength:"20"`
		Password string `json:"password" maxLength:"400"`
	} `json:"admin"`
}

func system() authz.Actor { return authz.System("setup", Action) }

// Needed reports whether the system is still empty.
func (s *Service) Needed(ctx context.Context) (needed bool, err error) {
	err = s.DB.Read(ctx, system(), Action, func(tx *db.Tx) error {
		n, err := db.One[int](ctx, tx.Global("before anything exists"), `SELECT COUNT(*) FROM company`)
		needed = n == 0
		return err
	})
	return needed, err
}

const mostWrongCodes = 20

// Start creates company, community and administrator and returns the cookie's value of a session.
func (s *Service) Start(ctx context.Context, from authz.Request, r Request) (token string, err error) {
	if s.Code == "" || s.bad.Load() >= mostWrongCodes {
		return "", ErrDone
	}
	typed := strings.ToUpper(strings.TrimSpace(r.Code))
	if subtle.ConstantTimeCompare([]byte(typed), []byte(strings.ToUpper(s.Code))) != 1 {
		s.bad.Add(1)
		return "", ErrCode.At(errs.Field{Name: "code", Code: "setup.code"})
	}
	if err := r.check(); err != nil {
		return "", err
	}
	who := system()
	who.Request = from
	err = s.DB.Write(ctx, who, Action, func(tx *db.Tx) error {
		n, err := db.One[int](ctx, tx.Global("before anything exists"), `SELECT COUNT(*) FROM company`)
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrDone
		}
		admin, err := Found(ctx, tx, r)
		if err != nil {
			return err
		}
		token, err = auth.Open(ctx, tx, admin)
		return err
	})
	return token, err
}

func (r Request) check() error {
	f := org.CheckCompany(r.Company)
	c, m := r.parts()
	f = append(f, c.Check("community.")...)
	f = append(f, m.Check("admin.")...)
	if code := auth.CheckUsername(r.Admin.Username); code != "" {
		f.Add("admin.username", code, nil)
	}
	if code := auth.CheckPassword(r.Admin.Password, r.Admin.Username); code != "" {
		f.Add("admin.password", code, nil)
	}
	return f.Err()
}

// parts are the community and the administrator that r describes.
func (r Request) parts() (org.Community, staff.Member) {
	return org.Community{Name: r.Community.Name, Address: r.Community.Address, ServicePhone: r.Community.ServicePhone, Zone: r.Community.Zone},
		staff.Member{AgentNo: "0001", Name: r.Admin.Name, Mobile: r.Admin.Mobile, Position: "系统管理员"}
}

// Found writes everything of a first start; the demo uses it too.
func Found(ctx context.Context, tx *db.Tx, r Request) (staff.ID, error) {
	if err := auth.CreateRoles(ctx, tx); err != nil {
		return 0, err
	}
	first, admin := r.parts()
	c, err := org.Found(ctx, tx, r.Company, first)
	if err != nil {
		return 0, err
	}
	admin.Community = c.ID
	id, _, err := staff.Add(ctx, tx, staff.Hire{
		Member: admin, Username: r.Admin.Username, Password: r.Admin.Password, Roles: []string{"administrator"}, AtCompany: true,
	})
	return id, err
}

type neededView struct {
	Needed bool `json:"needed"`
}

// Routes is the API of the first start.
func (s *Service) Routes(a *web.API, signedIn func(ctx context.Context, token string) (auth.View, error)) {
	web.Get(a, "/setup", "", func(ctx context.Context, _ authz.Actor, _ *struct{}) (neededView, error) {
		n, err := s.Needed(ctx)
		return neededView{n}, err
	}, web.Summary("Whether this system waits for its first start"))
	web.Post(a, "/setup", "", func(ctx context.Context, _ authz.Actor, in *struct{ Body Request }) (auth.View, error) {
		token, err := s.Start(ctx, web.RequestOf(ctx), in.Body)
		if err != nil {
			return auth.View{}, err
		}
		return signedIn(ctx, token)
	}, web.Created(), web.Summary("Set up an empty system"))
}
