package round

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/i18n"
)

// schoolsText tells how many seats of a class each school took.
func schoolsText(ctx context.Context, c Class) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(c.Schools)) {
		list = append(list, name+" "+strconv.Itoa(c.Schools[name]))
	}
	return strings.Join(list, i18n.Pick(ctx, "、", ", "))
}

func hoursText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func day(at time.Time) string { return at.In(i18n.China).Format(time.DateOnly) }
