package app

import (
	"net/http"
	"strings"
	"testing"
)

// BIL-04: a gateway of smart meters sends with its token alone; the token opens no other address, and nothing once it was ended.
func TestAGatewaysTokenOpensOneAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.live()
		made := h.admin.do("POST", "/meter-gateways", object{"community": h.here, "name": "Zqxgateway"}).is(201)
		bearer := "Bearer " + made.at("token")
		body := object{"readings": []any{object{"number": "Zqxmeter", "at": "2026-03-02T00:10:00+08:00", "value": "13"}, object{"number": "none", "at": "2026-03-02T00:10:00+08:00", "value": "13"}}}
		device := h.client()
		device.from = "192.0.2.50:1000"
		a := device.do("POST", "/gateway-readings", body, "Authorization", bearer, "Accept-Language", "en").is(200, `"entered":1`, `"refused":1`, "no meter with the number")
		if !strings.Contains(strings.Join(a.header.Values("RateLimit-Policy"), ""), `"account"`) && h.conf.PerSecond > 0 {
			t.Errorf("its requests are not counted: %v", a.header)
		}
		device.do("POST", "/gateway-readings", body, "Authorization", bearer).is(200, `"known":1`)
		for _, c := range h.calls() {
			if c.Devices || c.Action == "" {
				continue
			}
			if a := device.do(c.Method, h.address(c, ""), h.bodyFor(c), "Authorization", bearer, "If-Match", `"1"`); a.status != http.StatusUnauthorized {
				t.Errorf("%s with a gateway's token: %d %.200s", a.ask, a.status, a.body)
			}
		}
		h.admin.do("GET", "/meter-gateways?community="+h.here, nil).is(200, `"entered":1`, `"refused":2`)
		h.stranger.do("GET", "/meter-gateways?community="+h.here, nil).is(404)
		h.admin.do("POST", "/meter-gateways/"+made.at("id")+"/end", nil, "If-Match", `"1"`).is(200, `"endedAt"`)
		device.do("POST", "/gateway-readings", body, "Authorization", bearer).is(401)
		device.do("POST", "/gateway-readings", body).is(401)
	})
}
