package db

import (
	"embed"

	"guildhall/internal/i18n"
)

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)
