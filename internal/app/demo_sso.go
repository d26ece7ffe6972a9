package app

import (
	"context"

	"guildhall/internal/sso"
)

// demoIdentity registers the identity provider of a school, which is made up and so
// stays off: nobody would answer.
func (h *House) demoIdentity(ctx context.Context) error {
	_, err := h.Sign.Register(ctx, sso.Draft{Name: "学校统一身份认证（示例）", NameEN: "School sign-in (example)", Unit: "M00075",
		Issuer: "https://sso.example", Client: "guildhall", Scopes: "profile", Subject: "sub"})
	return err
}
