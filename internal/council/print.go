package council

import (
	"context"

	"guildhall/internal/fault"
	"guildhall/internal/web"
)

type sheetOfPaper struct{}

func minutesPaper(context.Context, *Meeting) sheetOfPaper       { return sheetOfPaper{} }
func resolutionPaper(context.Context, *Resolution) sheetOfPaper { return sheetOfPaper{} }
func (c *Council) print(_ context.Context, _ sheetOfPaper, format string) (web.Reply, error) {
	return web.Reply{}, fault.Invalid.New("council.format", format)
}
